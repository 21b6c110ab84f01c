"""Points of a cart that is being paid: nobody spends them twice, and they are free if it fails."""

from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .test_point_lots import PointsCase

NOW = datetime(2026, 1, 10, 12)


@tagged("post_install", "-at_install")
class TestPointHold(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rc.point.rule"].search([]).active = False
        cls.member.email = "mia@example.com"
        cls.program.loyalty_program_id.reward_ids.discount = 0.01
        cls.give(500, "earned")
        cls.provider = cls.env["payment.provider"].create({"name": "Test", "code": "none"})
        cls.tea = cls.env["product.product"].create(
            {
                "name": "Tea",
                "list_price": 9,
                "type": "service",
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
            }
        )

    def setUp(self):
        super().setUp()
        clock = freeze_time(NOW)
        clock.start()
        self.addCleanup(clock.stop)

    def a_cart(self):
        """Return an order of 9 that 500 points lower to 4."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.member.id,
                "pricelist_id": self.pricelist.id,
                "order_line": [Command.create({"product_id": self.tea.id})],
            }
        )
        order._update_programs_and_rewards()
        rewards = order._get_claimable_rewards()
        card = self.account.card_id
        order._apply_program_reward(rewards[card], card)
        order._update_programs_and_rewards()
        return order

    def begin(self, order, number=1):
        """Begin an online payment, as the shop does."""
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "operation": "online_redirect",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "reference": f"hold-{order.id}-{number}",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )

    def pay_for(self, transaction):
        transaction._set_done()
        transaction._check_amount_and_confirm_order()
        self.env.invalidate_all()

    def test_a_payment_under_way_holds_its_points_and_spends_them_when_it_is_done(self):
        order = self.a_cart()
        transaction = self.begin(order)
        self.assertEqual(self.balances(), {"held": 500})
        with self.refused("insufficient_points"):
            self.spend(1, "meanwhile")
        order._update_programs_and_rewards()
        self.assertEqual((order.amount_total, order._rc_are_points_gone()), (4, False))
        self.pay_for(transaction)
        self.assertEqual((order.state, self.balances()), ("sale", {}))
        self.assertEqual(self.account.hold_ids.state, "spent")
        self.assertEqual(self.account._get_net_of(("sale.order", order.id)), -500)
        self.check()

    def test_two_carts_cannot_pay_with_the_same_points(self):
        first, second = self.a_cart(), self.a_cart()
        self.begin(first)
        with self.refused("insufficient_points"):
            self.begin(second)
        with self.assertRaises(ValidationError):  # Odoo's own check of rewards
            second.action_confirm()
        self.assertEqual(self.balances(), {"held": 500})
        self.check()

    def test_a_payment_that_fails_lets_the_points_go(self):
        order = self.a_cart()
        for number, fail in enumerate(("_set_error", "_set_canceled")):
            transaction = self.begin(order, number)
            self.assertEqual(self.balances(), {"held": 500})
            getattr(transaction, fail)("refused")
            self.assertEqual(self.balances(), {"available": 500})
        self.assertEqual(self.left(), [("earned", None, 500)])
        self.check()

    def test_nobody_knows_yet_is_no_failure_and_another_payment_keeps_them(self):
        order = self.a_cart()
        first = self.begin(order)
        first.rc_is_unanswered = True
        first._set_error("no answer")
        self.assertEqual(self.balances(), {"held": 500})
        second = self.begin(order, 2)
        second._set_pending()
        third = self.begin(order, 3)
        third._set_error("refused")
        self.assertEqual((self.balances(), len(self.account.hold_ids)), ({"held": 500}, 1))

    def test_a_cart_that_was_left_is_free_after_an_hour_and_a_transfer_after_a_week(self):
        order = self.a_cart()
        transaction = self.begin(order)
        holds = self.env["rc.point.hold"]
        holds._free_due(NOW + timedelta(minutes=59))
        self.assertEqual(self.balances(), {"held": 500})
        transaction._set_pending()
        holds._free_due(NOW + timedelta(days=6))
        self.assertEqual(self.balances(), {"held": 500})
        holds._free_due(NOW + timedelta(days=7))
        self.assertEqual(
            (self.balances(), self.account.hold_ids.state), ({"available": 500}, "freed")
        )

    def test_whoever_spends_later_does_not_wait_for_the_cron(self):
        self.begin(self.a_cart())
        with freeze_time(NOW + timedelta(hours=2)):
            self.account._spend(200, "later", "Later", occurred_at=fields.Datetime.now())
        self.assertEqual(self.balances(), {"available": 300})

    def test_money_that_comes_after_the_points_were_spent_elsewhere_is_told_not_lost(self):
        order = self.a_cart()
        transaction = self.begin(order)
        self.env["rc.point.hold"]._free_due(NOW + timedelta(hours=1))
        self.spend(500, "elsewhere")
        for _again in range(2):
            self.pay_for(transaction)
        self.assertEqual((order.state, transaction.state), ("draft", "done"))
        self.assertEqual(len(order.activity_ids), 1)

    def test_a_cart_that_changed_holds_what_it_costs_now(self):
        order = self.a_cart()
        self.begin(order)
        order.order_line.filtered("is_reward_line").points_cost = 300
        self.begin(order, 2)
        self.assertEqual(self.balances(), {"available": 200, "held": 300})
        order._action_cancel()
        self.assertEqual(self.balances(), {"available": 500})
        self.assertEqual(sorted(self.account.hold_ids.mapped("state")), ["freed", "freed"])
        self.check()

    def test_points_taken_back_meanwhile_are_a_debt_and_a_merge_keeps_the_hold(self):
        order = self.a_cart()
        self.begin(order)
        self.account._take_back(100, "refund", "Refund", occurred_at=NOW)
        self.assertEqual(self.balances(), {"held": 500, "debt": 100})
        twin = self.a_member("Twin", email="twin@example.com")
        target = self.an_account(twin)
        self.account._merge_into(target)
        self.env.invalidate_all()
        target.hold_ids._free(NOW)
        self.assertEqual(self.balances(target), {"available": 400})
        self.assertEqual(self.left(target), [("earned", None, 400)])
        self.check()
