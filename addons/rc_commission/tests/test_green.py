from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..kernel.green import GreenError
from .common import PLANS, CommissionCase

DAY = date(2026, 1, 5)


@tagged("post_install", "-at_install")
class TestGreenPoints(CommissionCase):
    """The green points of the shipped plan on real orders, with the figures of the scheme."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        text = (PLANS / "green_points.yaml").read_text().replace("currency: CNY", "currency: USD")
        plan = cls.env["rc.commission.plan"]._import_text(
            text.replace("plan: green_points", "plan: green_test"), cls.env.company
        )
        plan.version_ids._publish_with_override(date(2026, 1, 1), "test")
        cls.only(plan)
        cls.green = cls.env["rc.green.account"]

    def points_of(self, partner):
        account = self.green.search(
            [("partner_id", "=", partner.id), ("merged_into_id", "=", False)]
        )
        return int(account.points)

    def pool(self):
        return self.env["rc.commission.pool"].search([("plan_code", "=", "green_test")])

    def test_three_orders_give_the_points_of_the_scheme(self):
        buyers = [self.a_member(f"B{number}") for number in range(3)]
        for buyer in buyers:
            self.sell(buyer, "layered-package", DAY)
        self.assertEqual([self.points_of(buyer) for buyer in buyers], [210, 147, 125])
        self.assertEqual(self.pool().balance, 900)
        self.assertEqual(self.env["rc.green.entry"]._get_imbalances(), [])

    def test_a_refund_takes_back_the_contribution_and_the_points(self):
        buyer, other = self.a_member("One"), self.a_member("Two")
        invoice = self.sell(buyer, "layered-package", DAY)
        self.sell(other, "layered-package", DAY)
        self.give_back(invoice)
        self.assertEqual((self.points_of(buyer), self.points_of(other)), (0, 147))
        self.assertEqual(self.pool().balance, 300)

    def test_points_sold_back_pay_four_fifths_and_the_same_request_pays_once(self):
        buyer = self.a_member("One")
        self.sell(buyer, "layered-package", DAY)
        for _number in range(2):
            self.green._sell(self.env.company, buyer, "green_test", 105, DAY, "request-1")
        # half of the points are worth 150, of which 120 are paid
        self.assertEqual(self.points_of(buyer), 105)
        self.assertEqual(self.pool().balance, 180)
        self.assertEqual(self.money_of(buyer), {"payable": "120.00", "accrued": "120.00"})
        self.assertBalanced()

    def test_more_points_than_held_are_refused_and_nothing_changes(self):
        buyer = self.a_member("One")
        self.sell(buyer, "layered-package", DAY)
        with self.assertRaises(GreenError) as caught:
            self.green._sell(self.env.company, buyer, "green_test", 211, DAY, "request-2")
        self.assertEqual(caught.exception.code, "insufficient_points")
        self.assertEqual((self.points_of(buyer), self.pool().balance), (210, 300))

    def test_two_contacts_become_one_with_all_points(self):
        one, two = self.a_member("One"), self.a_member("Two")
        self.sell(one, "layered-package", DAY)
        invoice = self.sell(two, "layered-package", DAY)
        self.env["base.partner.merge.automatic.wizard"]._merge([one.id, two.id], one)
        self.assertEqual(self.points_of(one), 357)
        self.give_back(invoice)  # of the contact that is no more: the one that stays gives back
        self.assertEqual(self.points_of(one), 210)
        self.assertEqual(self.env["rc.green.entry"]._get_imbalances(), [])

    def test_who_has_three_times_what_was_paid_is_sold_out(self):
        buyer = self.a_member("One")
        self.sell(buyer, "layered-package", DAY)
        # what others put in: 210 points are worth 3000 at a pool of 3000 / 210 × points
        pool, now = self.pool(), self.env.cr.now()
        self.env["rc.commission.pool.entry"]._post(
            pool._split_change(
                pool._get_balances()[pool.id],
                "top-up",
                "contribution",
                Decimal("6000.00"),
                now,
                "top-up",
                "company",
                None,
                {},
            )
        )
        other = self.a_member("Two")
        self.sell(other, "layered-package", DAY)
        self.assertEqual(self.points_of(buyer), 0)
        self.assertGreater(self.awards_of(buyer).amount, 4000)
        self.assertBalanced()
