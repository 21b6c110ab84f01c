"""The days of grace, of tries and of reminders that a program sets."""

from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import MembershipCase
from .test_migration import load

END = date(2026, 2, 28)


@tagged("post_install", "-at_install")
class TestProgramBilling(MembershipCase):
    def test_a_program_begins_with_the_usual_days(self):
        program = self.env["rc.program"].create({"name": "New", "code": "new-billing"})
        self.assertEqual(
            (program._get_retry_days(), program._get_remind_days(), program.grace_days),
            ((0, 1, 3, 7), (1, 7, 30), 7),
        )

    def test_days_that_cannot_be_are_refused_and_nothing_is_kept(self):
        for vals, sentence in (
            ({"retry_days": "1, x"}, "Try Again on Days: write whole days"),
            ({"remind_days": "120"}, "a day lies between 1 and 90"),
            ({"remind_days": "7, 7"}, "stands there twice"),
            ({"remind_days": "1,2,3,4,5,6,8"}, "at most six days"),
            ({"grace_days": 5}, "nothing is tried on day 7"),
            ({"retry_days": "1, 8"}, "nothing is tried on day 8"),
            ({"retry_days": "", "grace_days": -1}, "Grace lasts from 0 to 90 days"),
            ({"grace_days": 91}, "Grace lasts from 0 to 90 days"),
        ):
            with (
                self.subTest(vals),
                self.assertRaisesRegex(ValidationError, sentence),
                self.env.cr.savepoint(),
            ):
                self.program.write(vals)

    def test_a_program_of_its_own_days_reminds_and_ends_by_them(self):
        self.program.write({"grace_days": 2, "retry_days": "2", "remind_days": "10, 3"})
        member = self.a_member(email="own-days@example.com")
        self.buy(member)
        plan = self.env["rc.subscription"]._get_running(member, self.program)
        noon = self.noon(END - timedelta(days=8))
        self.assertIn(plan, plan._get_to_remind(noon))
        plan._review(END - timedelta(days=8))
        self.assertNotIn(plan, plan._get_to_remind(noon))
        states = []
        for late in range(3):
            plan._review(END + timedelta(days=late))
            states.append(plan.state)
        self.assertEqual(states, ["past_due", "past_due", "expired"])
        self.assertEqual(
            plan.notice_ids.sorted("id").mapped("code"), ["remind_10", "unpaid_0", "ended"]
        )

    def test_nobody_is_reminded_where_no_days_are_set(self):
        self.program.remind_days = False
        member = self.a_member(email="quiet@example.com")
        self.buy(member)
        plan = self.env["rc.subscription"]._get_running(member, self.program)
        noon = self.noon(END - timedelta(days=1))
        self.assertNotIn(plan, plan._get_to_remind(noon))
        plan._review(END - timedelta(days=1))
        self.assertFalse(plan.notice_ids)

    def test_the_grace_of_a_company_became_its_programs_own(self):
        cr = self.env.cr
        self.env.flush_all()
        cr.execute(SQL("ALTER TABLE res_company ADD COLUMN rc_grace_days integer"))
        cr.execute(SQL("UPDATE res_company SET rc_grace_days = 3 WHERE id = %s", self.company.id))
        cr.execute(SQL("ALTER TABLE rc_program ALTER grace_days DROP NOT NULL"))
        cr.execute(SQL("UPDATE rc_program SET grace_days = NULL WHERE id = %s", self.program.id))
        cr.execute(SQL("ALTER TABLE rc_subscription_notice RENAME code TO kind"))
        load("19.0.1.3.0", "pre", "billing").migrate(cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual((self.program.grace_days, self.program.retry_days), (3, "1, 3"))
        cr.execute(SQL("ALTER TABLE res_company DROP COLUMN rc_grace_days"))
        self.assertFalse(self.env["rc.subscription.notice"].search([("code", "=", "none")]))
