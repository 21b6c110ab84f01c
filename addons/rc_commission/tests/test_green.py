from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import HttpCase, tagged

from ..kernel.green import GreenError
from .common import PLANS, CommissionCase

DAY = date(2026, 1, 5)


class GreenCase(CommissionCase):
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


@tagged("post_install", "-at_install")
class TestGreenPoints(GreenCase):
    """The green points of the shipped plan on real orders, with the figures of the scheme."""

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


@tagged("post_install", "-at_install")
class TestGreenPage(GreenCase, HttpCase):
    """What a holder reads of green points in the portal."""

    def test_the_price_of_each_day_is_the_pool_divided_by_the_points(self):
        buyers = [self.a_member(f"B{number}") for number in range(2)]
        for number, buyer in enumerate(buyers):
            self.sell(buyer, "layered-package", DAY + timedelta(days=2 * number))
        sold_on = DAY + timedelta(days=4)
        self.green._sell(self.env.company, buyers[0], "green_test", 105, sold_on, "page")
        account = self.green.search([("partner_id", "=", buyers[0].id)])
        figures = account._read_page(DAY + timedelta(days=5), 7)
        days = [(str(price), str(sold)) for _day, price, sold in figures.pop("prices")]
        # 300 / 210; 600 / 357; half of the first points are worth 176.47, of which 141.18 are paid
        self.assertEqual(
            days,
            [
                ("1.00", "0"),
                ("1.43", "0"),
                ("1.43", "0"),
                ("1.68", "0"),
                ("1.68", "0"),
                ("1.82", "141.18"),
                ("1.82", "0"),
            ],
        )
        self.assertEqual(
            {name: str(value) for name, value in figures.items() if name != "currency"},
            {
                "points": "105",
                "price": "1.82",
                "worth": "191.18",
                "payout": "4/5",
                "paid": "500.00",
                "pool": "458.82",
                "outstanding": "252",
            },
        )

    def test_holders_see_their_own_and_others_an_empty_page(self):
        holder = self.a_portal_user("green_holder")
        self.sell(holder.partner_id, "layered-package", DAY)
        pages = {}
        for login in ("green_holder", "green_other"):
            if login == "green_other":
                self.a_portal_user(login)
            self.authenticate(login, login)
            answer = self.url_open("/my/commissions/green?plan=green_test")
            self.assertEqual(answer.status_code, 200)
            pages[login] = answer.text
        self.assertIn("+210", pages["green_holder"])
        self.assertIn("Earned by a Purchase", pages["green_holder"])
        self.assertNotIn("+210", pages["green_other"])
        self.assertIn("No green points yet", pages["green_other"])
