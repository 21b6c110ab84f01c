"""Sales in and after a trial, and plans that are no longer in force."""

from datetime import date

from odoo.tests import tagged

from odoo.addons.rc_commission.adapters import read_sales

from .common import CommissionCase

JAN = date(2026, 1, 5)


@tagged("post_install", "-at_install")
class TestAfterATrial(CommissionCase):
    def kinds_of(self, invoice):
        sale = read_sales(invoice, {invoice.id: JAN}, self.usd)[invoice.id]
        return [line.kind for line in sale.lines]

    def a_trial(self, member, days=30):
        plan = self.a_plan("premium-month")
        return self.env["rc.subscription"]._start_trial(member, plan, JAN, days)

    def test_a_part_of_what_a_trial_leads_to_is_a_first_payment(self):
        for item in ("premium-month", "ultimate-month"):
            member = self.a_member(item)
            self.a_trial(member)
            invoice = self.sell(member, item, on=JAN, amount=10)
            self.assertEqual(self.kinds_of(invoice), ["first"], item)

    def test_who_only_tried_it_pays_for_the_first_time(self):
        member = self.a_member()
        trial = self.a_trial(member, 1)
        trial._review(date(2026, 1, 20))
        self.assertEqual(trial.state, "expired")
        invoice = self.sell(member, on=JAN, amount=10)
        self.assertEqual(self.kinds_of(invoice), ["first"])


@tagged("post_install", "-at_install")
class TestPlansOfBefore(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.only(cls.plans["partners"])
        cls.sell(cls.bind(cls.a_member(), cls.studio), on=JAN)

    def settled(self, today):
        runs = self.env["rc.settlement.run"]._start_due(self.company, today)
        for run in runs:
            run._settle_all()
        return sum(
            runs.settlement_ids.filtered(lambda s: s.partner_id == self.studio).mapped("amount")
        )

    def test_what_a_plan_gave_is_settled_after_the_plan_was_archived(self):
        self.plans["partners"].active = False
        scheduled = self.env["rc.settlement.run"].search([("settlement_day", ">", 0)])
        scheduled.write({"settlement_day": 0})  # of demo data, in later years
        self.plans["partners"].active = False
        self.assertEqual(self.settled(date(2026, 3, 1)), 5)
        self.assertEqual(self.settled(date(2026, 5, 1)), 0)
