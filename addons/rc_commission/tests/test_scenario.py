"""Scenario files on real records: both sides agree, refusals are undone, nothing stays."""

import tempfile
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from odoo.addons.rc_commission.scenario.command import run_file
from odoo.addons.rc_commission.scenario.odoo_stage import Stage

SCENARIO = """scenario: a level with its refund
currency: EUR
rates: {USD: "1.10"}
plan_files:
  - plan: small
    name: Small
    currency: EUR
    hold_days: 30
    limits: {levels: 3}
    ladders: {grade: [{rank: low}, {rank: high, all: [{metric: direct_paid, at_least: 1}]}]}
    rules:
      - {id: direct, on: payment, pay: {to: sponsor, level: 1}, rate: 10%}
      - {id: fund, on: payment, pay: {to: pool, pool: fund}, rate: 1%}
      - {id: month, on: close, period: month, pay: {to: each}, when: [{metric: direct_paid, at_least: 1}], rate: 5.00}
people:
  - {id: ann, role: promoter, tier: pro}
  - {id: bob, sponsor: ann}
events:
  - {at: 2026-01-05, do: touch, visitor: v, code: "@ann"}
  - {at: 2026-01-05, do: signup, who: cy, touch: v}
  - {at: 2026-01-05, do: pay, who: bob, item: pro-month, code: "@bob", fails: own_code}
  - {at: 2026-01-05, do: pay, who: bob, item: pro-month, amount: "20.00", paid: "5.00", key: o1}
  - {at: 2026-01-05, do: expect, cash: {ann: {held: "0.50"}}, tier: {ann: pro, bob: free}, rank: {ann: {grade: low}}}
  - {at: 2026-01-06, do: pay_more, order: o1, amount: "15.00"}
  - {at: 2026-01-06, do: expect, cash: {ann: {held: "2.00"}}, tier: {bob: pro}, rank: {ann: {grade: high}}, pool: {fund: "0.20"}, sponsor: {cy: ann}}
  - {at: 2026-01-07, do: pay, who: cy, item: pro-month, currency: USD, key: o2}
  - {at: 2026-01-08, do: bounce, order: o2}
  - {at: 2026-01-09, do: refund, order: o1, amount: "10.00"}
  - {at: 2026-01-09, do: expect, cash: {ann: {held: "1.00", accrued: "1.00"}}, pool: {fund: "0.10"}}
  - {at: 2026-02-01, do: close, period: month}
  - {at: 2026-02-15, do: settle}
  - {at: 2026-02-15, do: expect, cash: {ann: {settled: "1.00", held: "5.00"}}, bills: {ann: "1.00"}}
"""


@tagged("post_install", "-at_install")
class TestScenario(TransactionCase):
    def setUp(self):
        super().setUp()
        self.stage = Stage(self.env.cr)
        self.stage.__enter__()
        self.addCleanup(self.stage.__exit__)

    def play(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "scenario.yaml"
            path.write_text(text)
            return run_file(path, self.stage)

    def count(self):
        models = ("res.partner", "sale.order", "account.move", "rc.commission.award", "rc.event")
        return {name: self.env[name].search_count([]) for name in models}

    def test_both_sides_meet_the_file_and_agree_and_nothing_stays(self):
        self.play(SCENARIO.partition("events:")[0] + "events: [{at: 2026-01-05, do: advance}]")
        before = self.count()  # the company of the currency is made once
        result = self.play(SCENARIO)
        self.assertEqual(result.failures, [])
        self.assertGreater(result.checked, 25)
        self.assertTrue(result.is_whole)
        self.assertEqual(self.count(), before)

    def test_a_wrong_expectation_is_told_with_the_sentences_behind_it(self):
        result = self.play(SCENARIO.replace('{held: "0.50"}', '{held: "0.60"}'))
        [failure] = result.failures
        self.assertEqual(failure.what, "cash ann held")
        self.assertEqual(set(failure.got), {"odoo", "engine"})
        self.assertIn("small.direct", " ".join(failure.why))

    def test_a_part_of_a_later_issue_is_not_available(self):
        events = "events: [{at: 2026-01-05, do: withdraw, who: bob, amount: 1, key: w1}]"
        result = self.play(SCENARIO.partition("events:")[0] + events)
        self.assertEqual(result.code, "not_available")
