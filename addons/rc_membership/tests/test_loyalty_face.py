from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestLoyaltyFace(MembershipCase):
    """Odoo's own shop writes the card; the ledger keeps every change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_member(email="mia@example.com")
        cls.account = cls.an_account(cls.member)
        cls.account._grant(1000, "start", "start")

    def entries(self):
        return self.env["rc.point.entry"].search(
            [
                "|",
                ("debit_account_id", "=", self.account.id),
                ("credit_account_id", "=", self.account.id),
            ]
        )

    def test_a_write_by_somebody_else_becomes_an_entry(self):
        self.account.card_id.points = 900
        self.assertEqual(self.entries().mapped("signed_amount"), [-100, 1000])
        self.account.card_id.points += 50
        self.assertEqual(self.account.available, 950)
        self.assertEqual(self.env["rc.point.entry"]._get_imbalances(), [])

    def test_the_same_value_again_is_no_entry(self):
        self.account.card_id.points = 1000
        self.assertEqual(len(self.entries()), 1)

    def test_a_card_cannot_go_below_zero_or_hold_parts_of_a_point(self):
        for points in (-1, 10.5):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.account.card_id.points = points
            self.env.invalidate_all()
            self.assertEqual(self.account.card_id.points, 1000)

    def test_a_context_key_does_not_open_a_back_door(self):
        card = self.account.card_id.with_context(
            rc_ledger=True, rc_no_entry=True, loyalty_no_mail=True, tracking_disable=True
        )
        card.points = 400
        self.assertEqual(self.account.available, 400)
        self.assertEqual(self.entries().mapped("signed_amount"), [-600, 1000])

    def test_a_member_has_one_card_in_a_program(self):
        with self.assertRaises(UserError):
            self.env["loyalty.card"].create(
                {
                    "program_id": self.program.loyalty_program_id.id,
                    "partner_id": self.member.id,
                }
            )

    def test_a_card_made_by_odoo_gets_its_account_and_its_opening_entry(self):
        card = self.env["loyalty.card"].create(
            {
                "program_id": self.program.loyalty_program_id.id,
                "partner_id": self.a_member("Leo").id,
                "points": 30,
            }
        )
        account = self.env["rc.point.account"].search([("card_id", "=", card.id)])
        self.assertEqual(account.available, 30)
        self.assertEqual(self.env["rc.point.entry"]._get_imbalances(), [])

    def claim(self, order):
        order._update_programs_and_rewards()
        rewards = order._get_claimable_rewards()
        card = next(card for card in rewards if card.program_id == self.program.loyalty_program_id)
        order._apply_program_reward(rewards[card], card)
        order._update_programs_and_rewards()

    def an_order_of_a_thing(self):
        thing = self.env["product.product"].create(
            {"name": "Tea", "list_price": 4, "taxes_id": [Command.clear()]}
        )
        return self.env["sale.order"].create(
            {
                "partner_id": self.member.id,
                "pricelist_id": self.pricelist.id,
                "order_line": [Command.create({"product_id": thing.id})],
            }
        )

    def test_points_spent_in_an_order_leave_the_ledger_and_come_back_when_it_is_cancelled(self):
        order = self.an_order_of_a_thing()
        self.claim(order)
        self.assertEqual(order.amount_total, 0)
        order.action_confirm()
        self.assertEqual(self.account.available, 600)
        order._action_cancel()
        self.assertEqual(self.account.available, 1000)
        self.assertEqual(self.entries().mapped("signed_amount"), [400, -400, 1000])
        self.assertEqual(self.env["rc.point.entry"]._get_imbalances(), [])

    def test_of_two_carts_claiming_the_same_points_one_is_refused(self):
        orders = [self.an_order_of_a_thing() for _number in range(3)]
        for order in orders:
            self.claim(order)
        orders[0].action_confirm()
        orders[1].action_confirm()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            orders[2].action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.account.available, 200)
