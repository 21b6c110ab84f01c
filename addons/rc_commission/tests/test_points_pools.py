"""Awards that are no cash: points in the member's ledger, money set aside in pools."""

from datetime import date, datetime

from odoo.tests import tagged

from .common import CommissionCase

PAID = date(2026, 1, 5)
POOL = """
plan: sharing
name: Sharing
currency: USD
hold_days: 0
ladders:
  club:
    - {rank: v1, demote: false, all: [{metric: direct_paid, at_least: 100}]}
    - {rank: v2, demote: false, all: [{metric: direct_paid, at_least: 200}]}
rules:
  - {id: fill, on: payment, pay: {to: pool, pool: leaders}, rate: 20%}
  - {id: share, on: close, period: month, pay: {to: pool_share, pool: leaders}, rate: {by: rank, ladder: club, table: {v1: 20%, v2: 30%}}}
"""


@tagged("post_install", "-at_install")
class TestPointsPools(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rc.point.rule"].search([]).active = False
        cls.env["rc.reward.rule"].search([]).active = False
        cls.buyer = cls.bind(cls.a_member(), cls.studio)

    @classmethod
    def drain(cls):
        """What is told here is told in January, whenever the test runs."""
        cls.env["rc.event"].search([("state", "=", "todo")]).occurred_at = datetime(2026, 1, 5, 12)
        super().drain()

    def points(self, partner):
        account = self.an_account(partner)
        values = account._get_balances()[account.id]
        return {name: int(value) for name, value in values.items() if value}

    def release(self, today):
        self.env["rc.point.account"]._rc_release(self.env.company, today)

    def a_points_plan(self, hold_days=30):
        rule = "pay: {to: seller}, rate: 10%, give: points"
        self.only(self.a_simple_plan(rule, hold_days=hold_days, point_price='"0.10"'))

    # ------------------------------------------------------------------
    # Points
    # ------------------------------------------------------------------

    def test_points_are_pending_until_their_day_and_then_can_be_spent(self):
        self.a_points_plan()
        self.sell(self.buyer)
        self.assertEqual(self.points(self.studio), {"pending": 25})
        award = self.awards_of(self.studio)
        self.assertEqual((award.give, award.amount, award.state), ("points", 25.0, "held"))
        self.assertEqual(self.money_of(self.studio), {})
        self.release(date(2026, 2, 3))
        self.assertEqual(self.points(self.studio), {"pending": 25})
        for _twice in range(2):
            self.release(date(2026, 2, 4))
            self.assertEqual(self.points(self.studio), {"available": 25})
        self.assertEqual(award.state, "paid")
        self.assertEqual(self.env["rc.point.entry"]._get_imbalances(), [])

    def test_without_a_hold_they_can_be_spent_at_once(self):
        self.a_points_plan(hold_days=0)
        self.sell(self.buyer)
        self.assertEqual(self.points(self.studio), {"available": 25})

    def test_a_refund_takes_pending_points_first(self):
        self.a_points_plan()
        self.give_back(self.sell(self.buyer), 10)
        self.assertEqual(self.points(self.studio), {"pending": 15})

    def test_points_that_were_spent_become_a_debt_that_later_ones_clear(self):
        self.a_points_plan()
        invoice = self.sell(self.buyer)
        self.release(date(2026, 2, 4))
        self.an_account(self.studio)._spend(20, "spent", "test")
        self.give_back(invoice, on=date(2026, 2, 10))
        self.assertEqual(self.points(self.studio), {"debt": 20})
        self.sell(self.bind(self.a_member("B"), self.studio), on=date(2026, 2, 11))
        self.assertEqual(self.points(self.studio), {"debt": 20, "pending": 25})
        self.release(date(2026, 4, 1))
        self.assertEqual(self.points(self.studio), {"available": 5})
        self.assertEqual(self.env["rc.point.entry"]._get_imbalances(), [])

    def test_points_of_a_merged_contact_are_released_to_who_stayed(self):
        self.a_points_plan()
        self.sell(self.buyer)
        other = self.a_payee("Studio again", "partner")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.studio | other).ids, other, extra_checks=False)
        self.release(date(2026, 2, 4))
        self.assertEqual(self.points(other), {"available": 25})

    # ------------------------------------------------------------------
    # Pools
    # ------------------------------------------------------------------

    def a_pool_plan(self):
        self.only(self.a_plan_in_force(POOL, override=True))

    def pool(self):
        return self.env["rc.commission.pool"].search(
            [("plan_code", "=", "sharing"), ("name", "=", "leaders")]
        )

    def grant(self, rank, *names):
        people = self.env["res.partner"]
        for name in names:
            people |= self.a_payee(name, "promoter")
        for person in people:
            self.env["rc.commission.rank"]._grant(person, "club", rank, PAID, "test")
        return people

    def test_a_part_of_the_sale_fills_the_pool_and_a_refund_takes_it_out(self):
        self.a_pool_plan()
        invoice = self.sell(self.buyer, amount=10)
        self.assertEqual(self.pool().balance, 2)
        self.pay(invoice, date(2026, 1, 8))
        self.drain()
        self.assertEqual(self.pool().balance, 5)
        award = self.env["rc.commission.award"].search([("pool_id", "=", self.pool().id)])
        self.assertEqual((award.amount, award.account_id.id), (5.0, False))
        self.give_back(invoice)
        self.assertEqual((self.pool().balance, self.pool().short), (0, 0))

    def test_holders_of_exactly_a_rank_share_its_part_and_the_rest_stays(self):
        self.a_pool_plan()
        one = self.grant("v1", "One")
        two = self.grant("v2", "Two", "Three")
        self.sell(self.buyer, "ultimate-month")
        self.env["rc.commission.period"]._close(self.env.company, "month", date(2026, 2, 1))
        self.assertEqual(
            [self.money_of(p, date(2026, 2, 1)) for p in (one, *two)],
            [
                {"payable": "2.00", "accrued": "2.00"},
                {"payable": "1.50", "accrued": "1.50"},
                {"payable": "1.50", "accrued": "1.50"},
            ],
        )
        self.assertEqual(self.pool().balance, 5)
        self.assertEqual(self.env["rc.commission.pool.entry"]._get_imbalances(), [])

    def test_what_was_shared_and_then_refunded_is_refilled_first(self):
        self.a_pool_plan()
        self.grant("v1", "One")
        invoice = self.sell(self.buyer, "ultimate-month")
        self.env["rc.commission.period"]._close(self.env.company, "month", date(2026, 2, 1))
        self.give_back(invoice, on=date(2026, 2, 3))
        self.assertEqual((self.pool().balance, self.pool().short), (0, 2))
        self.sell(self.bind(self.a_member("B"), self.studio), on=date(2026, 2, 4))
        self.assertEqual((self.pool().balance, self.pool().short), (3, 0))
        self.assertEqual(self.env["rc.commission.pool.entry"]._get_imbalances(), [])
