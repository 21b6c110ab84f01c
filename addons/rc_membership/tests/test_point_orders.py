"""Points spent in orders come back with what is cancelled or credited, exactly and once."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..exceptions import Refusal
from .test_point_lots import NOW, PointsCase


@tagged("post_install", "-at_install")
class TestPointOrders(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rc.point.rule"].search([]).active = False
        cls.member.email = "mia@example.com"
        cls.program.loyalty_program_id.reward_ids.discount = 0.01
        cls.give(300, "bonus", "bonus")
        cls.give(200, "earned")

    def an_order_of(self, price):
        thing = self.env["product.product"].create(
            {
                "name": "Tea",
                "list_price": price,
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.member.id,
                "pricelist_id": self.pricelist.id,
                "order_line": [Command.create({"product_id": thing.id})],
            }
        )
        order._update_programs_and_rewards()
        rewards = order._get_claimable_rewards()
        face = self.program.loyalty_program_id
        card = next((card for card in rewards if card.program_id == face), None)
        if card:
            order._apply_program_reward(rewards[card], card)
            order._update_programs_and_rewards()
        return order

    def billed(self, order):
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-01-10"
        invoice.action_post()
        self.drain()
        return invoice

    def credit(self, invoice, amount):
        """Credit an amount of the goods, whole points discount left alone."""
        note = self.env["account.move"].browse(
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "test"})
            .refund_moves()["res_id"]
        )
        goods = note.invoice_line_ids.filtered(lambda line: line.price_unit > 0)
        (note.invoice_line_ids - goods).unlink()
        goods.price_unit = amount
        note.action_post()
        self.drain()
        return note

    def whole_note(self, invoice):
        note = self.refund(invoice)
        self.drain()
        return note

    def test_points_do_not_buy_points(self):
        package = self.env["rc.package"].search([("code", "=", "starter")])
        package.currency_id.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": package.currency_id.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 7,
            }
        )
        order = self.an_order_of(4)
        product = self.env["product.product"].search([("rc_package_id", "=", package.id)])
        order.order_line = [Command.create({"product_id": product.id})]
        with self.assertRaisesRegex(Refusal, "Packages are bought with money"):
            order._rc_check_packages(NOW)
        with self.assertRaisesRegex(Refusal, "Packages are bought with money"):
            order.action_confirm()
        self.assertEqual(self.left(), [("bonus", None, 300), ("earned", None, 200)])

    def test_a_cancelled_order_puts_points_back_into_the_lots_they_came_from(self):
        order = self.an_order_of(4)
        order.action_confirm()
        self.assertEqual(self.left(), [("bonus", None, 100)])
        entry = self.account._get_spent_of(("sale.order", order.id))
        self.assertEqual((entry.reason, entry.amount), (order.name, 400))
        order._action_cancel()
        self.assertEqual(self.left(), [("bonus", None, 300), ("earned", None, 200)])
        self.check()

    def test_a_credit_note_gives_points_back_by_the_credited_part(self):
        invoice = self.billed(self.an_order_of(9))
        self.assertEqual((invoice.amount_total, self.balances()), (4, {}))
        self.credit(invoice, 1)
        self.assertEqual(self.balances(), {"available": 125})
        self.credit(invoice, 1.5)
        self.assertEqual(self.balances(), {"available": 313})  # 312.5, half-up, of both together
        self.env["rc.event"].search([]).write({"state": "todo"})
        self.drain()
        self.assertEqual(self.balances(), {"available": 313})
        self.credit(invoice, 20)
        self.assertEqual(self.balances(), {"available": 500})
        self.check()

    def test_an_invoice_paid_in_points_altogether_gives_all_back(self):
        invoice = self.billed(self.an_order_of(4))
        self.assertEqual((invoice.amount_total, self.balances()), (0, {"available": 100}))
        self.whole_note(invoice)
        self.assertEqual(self.left(), [("bonus", None, 300), ("earned", None, 200)])
        self.check()

    def test_a_credit_note_that_is_taken_back_takes_the_points_again(self):
        invoice = self.billed(self.an_order_of(9))
        note = self.whole_note(invoice)
        self.assertEqual(self.balances(), {"available": 500})
        self.spend(450, "tea")
        note.button_draft()
        note.button_cancel()
        self.drain()
        self.assertEqual(self.balances(), {"debt": 450})
        self.check()

    def test_cancelled_after_a_credit_note_only_the_rest_comes_back(self):
        order = self.an_order_of(9)
        self.credit(self.billed(order), 2)
        self.assertEqual(self.balances(), {"available": 250})
        order._action_cancel()
        self.assertEqual(self.balances(), {"available": 500})
        self.assertEqual(self.account.card_id.points, 500)
        self.check()

    def test_credited_after_it_was_cancelled_nothing_more_comes_back(self):
        order = self.an_order_of(9)
        invoice = self.billed(order)
        order._action_cancel()
        self.whole_note(invoice)
        self.assertEqual(self.balances(), {"available": 500})
        self.check()

    def test_a_big_spend_waits_for_the_buyers_second_yes(self):
        self.program.point_confirm_above = 300
        order = self.an_order_of(4)
        self.assertEqual(order.rc_points_to_confirm, 400)
        with self.refused("review_required"):
            order._rc_check_points()
        with self.refused("review_required"):
            order.action_confirm()
        order.action_rc_confirm_points()
        self.assertEqual(order.rc_points_to_confirm, 0)
        order.action_confirm()
        self.assertEqual(self.balances(), {"available": 100})

    def test_orders_meet_the_limits_and_a_debt(self):
        self.program.point_spend_day = 399
        order = self.an_order_of(4)
        with self.refused("limit_reached"):
            order.action_confirm()
        self.program.point_spend_day = 0
        self.spend(500, "all")
        self.account._take_back(100, "refund", "x", occurred_at=NOW)
        self.give(1000, "bought", "bought", kind="buy")
        self.assertEqual(self.balances(), {"available": 1000, "debt": 100})
        self.assertFalse(self.an_order_of(4).order_line.coupon_id)
        with self.assertRaises(Refusal):
            self.account.card_id.points -= 10

    def test_staff_correct_a_balance_without_limits_and_with_a_reason(self):
        self.program.point_spend_day = 1
        wizard = self.env["loyalty.card.update.balance"].create(
            {"card_id": self.account.card_id.id, "new_balance": 50, "description": "Miscounted"}
        )
        wizard.action_update_card_point()
        entry = self.entries.search([("kind", "=", "adjust")])
        self.assertEqual((entry.reason, entry.amount), ("Miscounted", 450))
        self.assertEqual(self.balances(), {"available": 50})
        self.check()

    def test_a_salesperson_corrects_no_balance_and_writes_no_card(self):
        seller = new_test_user(
            self.env,
            "points-seller",
            groups="sales_team.group_sale_manager,rc_membership.group_salesperson",
        )
        card = self.account.card_id.with_user(seller)
        with self.assertRaises(AccessError):
            card.points += 100
        wizard = self.env["loyalty.card.update.balance"].with_user(seller)
        correction = wizard.create(
            {"card_id": card.id, "new_balance": 9000, "description": "For a friend"}
        )
        with self.assertRaises(AccessError):
            correction.action_update_card_point()
        self.assertEqual(self.balances(), {"available": 500})
        order = self.an_order_of(4)
        order.with_user(seller).action_confirm()
        self.check()

    def test_a_reward_that_costs_less_in_a_confirmed_order_returns_the_difference(self):
        order = self.an_order_of(4)
        order.action_confirm()
        order.order_line.filtered("is_reward_line").points_cost = 150
        self.assertEqual(self.left(), [("bonus", None, 300), ("earned", None, 50)])
        order._action_cancel()
        self.assertEqual(self.left(), [("bonus", None, 300), ("earned", None, 200)])
        self.check()
