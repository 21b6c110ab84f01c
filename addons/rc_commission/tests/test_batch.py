"""One record that cannot be evaluated stops nothing else, and says why."""

from datetime import date, datetime

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCase

RICH = """
plan: rich
name: Rich
currency: USD
hold_days: 30
limits: {levels: none, per_payee_day: "900.00"}
ladders:
  club:
    - rank: low
    - {rank: mid, all: [{metric: direct_paid, period: month, at_least: 500}]}
    - {rank: top, after: mid, all: [{metric: team_sales, at_least: 99999}, {metric: direct_of_rank, rank: {club: mid}, at_least: 2}]}
reserve: {share: 10%, until: [{metric: own_purchases, at_least: 9999}]}
rules:
  - {id: ranks, on: payment, pay: {to: differential, tree: placement}, rate: {by: rank, ladder: club, table: {low: 10%, mid: 15%, top: 20%}}}
  - {id: steps, on: payment, pay: {to: sponsor, level: 1}, budget: "500.00", rate: {brackets: {metric: leg_sales, leg: smaller, steps: [{from: 0, rate: 1%}, {from: 1000, rate: 2%}]}}}
  - {id: pool, on: payment, pay: {to: pool, pool: p}, rate: 1%}
  - {id: gift, on: payment, pay: {to: sponsor, level: 1}, give: points, rate: 5}
  - {id: reach, on: reach, pay: {to: sponsor, level: 1}, of: {metric: direct_paid}, rate: {by: milestone, table: {400: 5.00}}}
  - {id: again, on: payment, pay: {to: match, rules: [ranks], tree: sponsor, level: 1}, rate: 10%}
"""
PAID = date(2026, 1, 5)
AT = datetime(2026, 1, 6)


@tagged("post_install", "-at_install")
class TestBatch(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.only(cls.a_simple_plan("pay: {to: seller}, rate: 20%"))
        cls.buyer = cls.bind(cls.a_member(), cls.studio)
        cls.lek = cls.env["res.currency"].search(
            [("name", "=", "ALL"), ("active", "in", (True, False))]
        )
        cls.lek.active = True
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.lek.id)]).unlink()

    def two_paid_invoices(self):
        """One in the plan's currency, one in a currency that has no rate."""
        good = self.a_direct_invoice(self.buyer, 100)
        self.lek_rate = self.env["res.currency.rate"].create(
            {"currency_id": self.lek.id, "name": "2026-01-01", "rate": 2}
        )
        bad = self.a_direct_invoice(self.buyer, 100, currency_id=self.lek.id)
        for invoice in (good, bad):
            self.pay(invoice, PAID)
        self.env["rc.event"].search([("state", "=", "todo")]).state = "done"
        self.lek_rate.unlink()
        return good, bad

    @mute_logger("odoo.addons.rc_membership.models.rc_event")
    def test_an_invoice_without_an_exchange_rate_waits_and_the_other_is_paid(self):
        good, bad = self.two_paid_invoices()
        (good | bad)._rc_accrue(AT)
        self.assertEqual(self.awards_of(self.studio).move_id, good)
        self.env["rc.event"]._drain()
        waiting = self.env["rc.event"].search(
            [("res_id", "=", bad.id), ("consumer", "=", "commission"), ("state", "=", "todo")]
        )
        self.assertRegex(waiting.error, "there is no exchange rate")
        facts = self.env["rc.commission.fact"].search([("move_line_id.move_id", "=", bad.id)])
        self.assertFalse(facts)
        self.env["res.currency.rate"].create(
            {"currency_id": self.lek.id, "name": "2026-01-01", "rate": 2}
        )
        waiting.next_try_at = False
        self.env["rc.event"]._drain()
        self.assertEqual(self.awards_of(self.studio).mapped("amount"), [20.0, 10.0])
        self.assertBalanced()

    def test_a_hundred_invoices_of_a_rich_plan_cost_the_queries_of_one(self):
        self.only(self.a_plan_in_force(RICH, override=True))
        self.bind(
            self.studio, self.bind(self.a_payee("Mid", "promoter"), self.a_payee("Top", "promoter"))
        )
        moves = self.env["account.move"]
        for number in range(13):
            buyer = self.bind(self.a_member(f"Buyer {number}"), self.studio)
            invoice = self.a_direct_invoice(buyer, 100)
            self.pay(invoice, PAID)
            moves |= invoice

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._rc_accrue(AT)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        queries(moves[0])  # fills the caches of plans
        one = queries(moves[1])
        many = queries(moves[2:])
        self.assertEqual(len(self.awards_of(self.studio).filtered(lambda a: a.rule == "ranks")), 13)
        self.assertLessEqual(many, one + 5)
        self.assertBalanced()
