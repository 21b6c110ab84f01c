from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.rc_membership.exceptions import Refusal

from .common import CounterCase


@tagged("post_install", "-at_install")
class TestCounterPoints(CounterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config.rc_invoice_members = False
        cls.account = cls.an_account(cls.mia)
        cls.account._grant(3000, "test:points", "Test")
        cls.card = cls.account.card_id

    def spend(self, points, **values):
        return self.a_ticket(
            self.mia, self.a_line(self.goods), self.a_reward(self.account, points), **values
        )

    def confirm(self, order, points):
        """What the screen sends after the order, as often as it likes."""
        return order.with_user(self.cashier).confirm_coupon_programs(
            {
                str(self.card.id): {
                    "program_id": self.card.program_id.id,
                    "coupon_id": self.card.id,
                    "points": points,
                    "line_codes": ["ABC"],
                }
            }
        )

    def entries(self, order):
        return self.env["rc.point.entry"].search(
            [("origin_model", "=", "pos.order"), ("origin_id", "=", order.id)], order="id"
        )

    def test_points_are_spent_with_the_order_and_only_once(self):
        ticket = self.spend(1000)
        order = self.send(ticket)
        self.assertEqual(order.amount_total, 30)
        self.send(ticket)
        shown = self.confirm(order, -1000)
        self.confirm(order, -1000)
        self.assertEqual(self.available(self.account), 2000)
        self.assertEqual(self.card.points, 2000)
        self.assertEqual(shown["coupon_updates"][0]["points"], 2000)
        self.assertEqual(self.entries(order).mapped("amount"), [1000])

    def test_whatever_the_screen_says_was_won_gives_nothing(self):
        order = self.send(self.a_ticket(self.mia, self.a_line(self.goods)))
        self.confirm(order, 100000)
        self.assertEqual(self.available(self.account), 3000)

    def test_more_than_there_is_is_refused_before_and_with_the_order(self):
        with self.assertRaisesRegex(Refusal, "Only 3000 points are available, 3500 are needed"):
            self.send(self.spend(3500))
        orders = self.env["pos.order"].with_user(self.cashier)
        answer = orders.validate_coupon_programs({str(self.card.id): -3500}, [])
        self.assertFalse(answer["successful"])
        self.assertEqual(self.available(self.account), 3000)

    def test_a_debt_blocks_spending_at_the_counter(self):
        self.account._take_back(3100, "test:debt", "Refund")
        self.account._grant(50, "test:bought", "Bought", nature="bought")
        orders = self.env["pos.order"].with_user(self.cashier)
        answer = orders.validate_coupon_programs({str(self.card.id): -10}, [])
        self.assertIn("points debt", answer["payload"]["message"])
        with self.assertRaisesRegex(Refusal, "points debt"):
            self.send(self.spend(10))

    def test_many_points_need_a_second_yes(self):
        self.program.point_confirm_above = 500
        with self.assertRaisesRegex(Refusal, "needs your confirmation"):
            self.send(self.spend(1000))
        order = self.send(self.spend(1000, rc_confirmed_points=1000))
        self.assertEqual(order.rc_confirmed_points, 1000)
        self.assertEqual(self.available(self.account), 2000)

    def test_points_of_somebody_else_are_refused(self):
        leo = self.a_member("Leo")
        ticket = self.a_ticket(leo, self.a_line(self.goods), self.a_reward(self.account, 100))
        with self.assertRaisesRegex(Refusal, "These points are those of Mia"):
            self.send(ticket)

    def test_points_do_not_buy_points(self):
        package = self.env["rc.package"].search([("code", "=", "starter")])
        product = self.env["product.product"].search([("rc_package_id", "=", package.id)])
        ticket = self.a_ticket(self.mia, self.a_line(product), self.a_reward(self.account, 100))
        with self.assertRaisesRegex(Refusal, "Packages are bought with money"):
            self.send(ticket)

    def test_parts_of_points_are_refused(self):
        with self.assertRaisesRegex(Refusal, "whole numbers"):
            self.send(self.spend(10.5))
        self.assertEqual(self.available(self.account), 3000)

    def test_a_refund_gives_points_back_once_and_into_their_lots(self):
        before = self.account._read_lot_groups()
        order = self.send(self.spend(1000))
        self.take_back(order)
        self.assertEqual(self.available(self.account), 3000)
        self.assertEqual(self.account._read_lot_groups(), before)
        with self.assertRaisesRegex(Refusal, "are not left to be given back"):
            self.take_back(order)
        self.assertEqual(self.available(self.account), 3000)

    def test_rewards_refunded_one_by_one_give_back_all_points_and_no_more(self):
        reward = self.a_reward(self.account, 2500)
        reward |= {"qty": 2, "points_cost": 5, "price_unit": -10}
        reward |= {"price_subtotal": -20, "price_subtotal_incl": -20}
        order = self.send(self.a_ticket(self.mia, self.a_line(self.goods), reward))
        self.assertEqual(self.available(self.account), 2995)
        spent = order.lines.filtered("points_cost")
        for left in (2998, 3000):
            back = self.a_line(spent.product_id, -1, -10, refunded_orderline_id=spent.id)
            self.send(self.a_ticket(self.mia, back, is_refund=True))
            self.assertEqual(self.available(self.account), left)

    def test_a_plan_paid_wholly_in_points_starts_and_ends_with_its_refund(self):
        plan = self.a_plan("pro-month")
        order = self.send(
            self.a_ticket(self.mia, self.a_line(plan), self.a_reward(self.account, 1500))
        )
        self.assertEqual(order.account_move.amount_total, 0)
        subscription = self.running(self.mia)
        self.assertEqual(subscription.product_id, plan)
        self.take_back(order)
        self.assertEqual(subscription.state, "cancelled")
        self.assertEqual(self.available(self.account), 3000)

    def test_goods_taken_back_without_the_discount_give_no_points(self):
        order = self.send(self.spend(1000))
        self.take_back(order, self.goods)
        self.assertEqual(self.available(self.account), 2000)

    def test_a_credit_note_of_the_accountant_gives_points_back(self):
        order = self.send(self.spend(1000, to_invoice=True))
        self.pos_session.action_pos_session_closing_control()
        self.refund(order.account_move)
        self.env["rc.event"]._drain()
        self.assertEqual(self.available(self.account), 3000)

    def test_a_refund_of_an_invoiced_order_gives_points_back_once(self):
        order = self.send(self.spend(1000, to_invoice=True))
        refund = self.take_back(order)
        self.assertEqual(refund.account_move.reversed_entry_id, order.account_move)
        self.assertEqual(self.available(self.account), 3000)

    def test_a_cashier_moves_points_by_orders_only(self):
        card = self.card.with_user(self.cashier)
        with self.assertRaises(AccessError):
            card.points = 9000
        wizard = self.env["loyalty.card.update.balance"].with_user(self.cashier)
        correction = wizard.create(
            {"card_id": card.id, "new_balance": 9000, "description": "For a friend"}
        )
        with self.assertRaises(AccessError):
            correction.action_update_card_point()
        self.assertEqual(self.available(self.account), 3000)

    def test_a_customer_without_a_card_is_given_the_members_card(self):
        ana = self.a_member("Ana")
        order = self.send(self.a_ticket(ana, self.a_line(self.goods)))
        program = self.card.program_id
        shown = order.with_user(self.cashier).confirm_coupon_programs(
            {"-1": {"program_id": program.id, "points": 0, "partner_id": ana.id}}
        )
        card = self.an_account(ana).card_id
        self.assertEqual(
            [(u["old_id"], u["id"], u["points"]) for u in shown["coupon_updates"]],
            [(-1, card.id, 0)],
        )

    def test_cards_of_other_programs_are_odoos_as_ever(self):
        program = self.env["loyalty.program"].create(
            {"name": "Stamps", "program_type": "loyalty", "trigger": "auto", "applies_on": "both"}
        )
        stamps = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.mia.id, "points": 5}
        )
        order = self.send(self.a_ticket(self.mia, self.a_line(self.goods)))
        order.with_user(self.cashier).confirm_coupon_programs(
            {
                str(stamps.id): {
                    "program_id": program.id,
                    "coupon_id": stamps.id,
                    "points": 3,
                    "partner_id": self.mia.id,
                }
            }
        )
        self.assertEqual(stamps.points, 8)
        self.assertEqual(self.available(self.account), 3000)
