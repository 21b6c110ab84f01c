"""Closing of periods: what their figures pay, ranks of the next one, missed ones in order."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CommissionCase

MONTHLY = """
plan: monthly
name: Monthly
currency: USD
roles: [promoter]
hold_days: 10
ladders:
  club:
    - rank: low
    - {rank: star, all: [{metric: direct_sales, period: month, at_least: 50}]}
rules:
  - {id: target, on: close, period: month, pay: {to: each}, when: [{metric: direct_sales, at_least: 25}], rate: 7.00}
  - {id: rebate, on: close, period: month, pay: {to: each}, of: {metric: direct_sales}, rate: 10%}
"""


@tagged("post_install", "-at_install")
class TestClose(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.only(cls.a_plan_in_force(MONTHLY))
        cls.ann = cls.a_payee("Ann", "promoter")
        cls.periods = cls.env["rc.commission.period"]

    def close(self, today, kind="month"):
        return self.periods._close(self.env.company, kind, today)

    def test_a_close_pays_on_the_figures_of_the_period_and_is_held_from_its_end(self):
        self.sell(self.bind(self.a_member(), self.ann))
        [closed] = self.close(date(2026, 2, 1))
        self.assertEqual(
            (closed.state, str(closed.date_from), str(closed.date_to)),
            ("closed", "2026-01-01", "2026-02-01"),
        )
        self.assertEqual(
            self.awards_of(self.ann).mapped(
                lambda a: (a.rule, a.amount, a.source, a.move_line_id.id, a.period_id)
            ),
            [
                ("target", 7.0, "close:month:2026-01-01", False, closed),
                ("rebate", 2.5, "close:month:2026-01-01", False, closed),
            ],
        )
        self.assertEqual(
            self.entries_of(self.ann),
            [
                ("accrual", "2.5", "2026-02-01", "2026-02-11"),
                ("accrual", "7.0", "2026-02-01", "2026-02-11"),
            ],
        )
        self.assertIn("2026", self.awards_of(self.ann)[0].origin)
        self.assertEqual(self.money_of(self.ann, date(2026, 2, 11))["payable"], "9.50")
        self.assertBalanced()

    def test_closing_twice_adds_nothing_and_an_open_period_stays_open(self):
        self.sell(self.bind(self.a_member(), self.ann))
        self.assertFalse(self.close(date(2026, 1, 31)))
        self.close(date(2026, 2, 1))
        self.assertFalse(self.close(date(2026, 2, 1)))
        self.assertEqual(self.money_of(self.ann)["accrued"], "9.50")

    def test_missed_periods_are_caught_up_oldest_first(self):
        for name, day in (("A", date(2026, 1, 5)), ("B", date(2026, 3, 5))):
            self.sell(self.bind(self.a_member(name), self.ann), on=day)
        closed = self.close(date(2026, 4, 2))
        self.assertEqual(
            closed.mapped(lambda p: str(p.date_from)), ["2026-01-01", "2026-02-01", "2026-03-01"]
        )
        self.assertEqual(
            self.awards_of(self.ann).mapped(lambda a: (a.rule, str(a.received_on))),
            [
                ("target", "2026-02-01"),
                ("rebate", "2026-02-01"),
                ("target", "2026-04-01"),
                ("rebate", "2026-04-01"),
            ],
        )

    def test_a_refund_counts_in_the_period_of_its_date_and_a_closed_one_stays(self):
        invoice = self.sell(self.bind(self.a_member(), self.ann))
        self.close(date(2026, 2, 1))
        self.give_back(invoice, on=date(2026, 2, 3))
        self.sell(self.bind(self.a_member("B"), self.ann), "ultimate-month", on=date(2026, 2, 4))
        self.close(date(2026, 3, 1))
        self.assertEqual(
            self.awards_of(self.ann).mapped(lambda a: (a.rule, a.amount)),
            [("target", 7.0), ("rebate", 2.5), ("target", 7.0), ("rebate", 2.5)],
        )

    def test_a_rank_of_the_month_is_lost_when_the_next_one_falls_short(self):
        self.sell(self.bind(self.a_member(), self.ann), "ultimate-month")
        self.close(date(2026, 3, 1))
        ranks = self.env["rc.commission.rank"].search(
            [("partner_id", "=", self.ann.id)], order="id"
        )
        self.assertEqual(
            ranks.mapped(lambda r: (r.rank, str(r.since), r.cause)),
            [("star", "2026-01-05", "met"), ("low", "2026-03-01", "close")],
        )

    def test_the_version_of_the_period_closes_it(self):
        self.sell(self.bind(self.a_member(), self.ann))
        plan = self.env["rc.commission.plan"].search([("code", "=", "monthly")])
        version = self.env["rc.commission.plan.version"].create(
            {"plan_id": plan.id, "source": MONTHLY.replace("7.00", "70.00")}
        )
        version._publish(date(2026, 2, 1))
        self.close(date(2026, 2, 15))
        self.assertEqual(self.awards_of(self.ann)[0].amount, 7.0)

    def test_the_cron_closes_every_length_that_a_plan_needs(self):
        self.sell(self.bind(self.a_member(), self.ann))
        # a test cannot commit
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **options: 1)
        self.periods._cron_close()
        kinds = self.periods.search([("company_id", "=", self.env.company.id)]).mapped("kind")
        self.assertEqual(set(kinds), {"month"})
        self.assertEqual(self.money_of(self.ann)["accrued"], "9.50")

    def test_nobody_opens_or_closes_a_period_by_hand(self):
        self.sell(self.bind(self.a_member(), self.ann))
        [closed] = self.close(date(2026, 2, 1))
        with self.assertRaises(UserError):
            closed.write({"state": "open"})
        with self.assertRaises(UserError):
            self.periods.create({"kind": "month"})
