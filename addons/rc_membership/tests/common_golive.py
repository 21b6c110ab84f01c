"""Builders of go-live imports: files as text, the cron as the server runs it."""

import base64

from freezegun import freeze_time

from odoo.tests import new_test_user

from .common import MembershipCase

NOW = "2026-01-10 08:00:00"
MEMBERS = """reference,name,email,phone,country,language,tier,plan,paid_until,started_on
M1,Grace,grace@golive.example,+1 555 0101,US,en_US,premium,premium-month,2026-02-15,2025-03-15
M2,林小雨,lin@golive.example,,CN,,pro,pro-year,2026-08-01,2024-08-01
M3,Ravi,,,,,free,,,
S1,Studio,studio@golive.example,,,,,,,
"""
POINTS = """reference,program,points,nature,expires_on
M1,,1200,earned,2026-12-31
M1,,5000,bought,
M2,,350,earned,
"""


class GoliveCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "golive-manager",
            groups="sales_team.group_sale_manager,rc_membership.group_program_manager",
        )
        cls.accountant = new_test_user(
            cls.env,
            "golive-accountant",
            groups="account.group_account_manager,rc_membership.group_accountant",
        )

    def setUp(self):
        super().setUp()
        frozen = freeze_time(NOW)
        frozen.start()
        self.addCleanup(frozen.stop)

    def a_run(self, user=None, **files):
        """A checked import of files given as text (or bytes) by kind."""
        runs = self.env["rc.golive.run"].with_user(user or self.manager)
        content = {
            f"{kind}_file": base64.b64encode(v if isinstance(v, bytes) else v.encode())
            for kind, v in files.items()
        }
        run = runs.create({"name": "Test", **content})
        run.action_check()
        return run

    def post(self):
        with self.enter_registry_test_mode():
            self.env.ref("rc_membership.ir_cron_golive").method_direct_trigger()
        self.env.invalidate_all()

    def imported(self, **files):
        run = self.a_run(**files)
        self.assertFalse(self.issues(run, "1_error"))
        run.action_match_all()
        self.confirm(run)
        run.action_start()
        self.post()
        failed = [line.error for line in run.line_ids if line.error]
        self.assertFalse(failed, failed and failed[0])
        return run

    def confirm(self, run):
        """What else must be decided before the start; extended by addons."""

    def issues(self, run, level="1_error"):
        return [
            (issue.kind, issue.line_number, issue.column, issue.code)
            for issue in run.issue_ids.filtered(lambda i: i.level == level).sorted("id")
        ]

    def totals(self, run):
        return [
            (t.kind, t.group, t.file_count, t.file_amount, t.booked_count, t.booked_amount)
            for t in run.total_ids
        ]

    def member(self, reference, company=None):
        return self.env["rc.member.reference"]._get_partners(
            company or self.env.company, [reference]
        )[reference]

    def facts(self):
        """What an import could have written: counts of all it touches."""
        models = ("res.partner", "rc.member.reference", "rc.subscription", "rc.subscription.charge")
        models += ("rc.point.account", "rc.point.entry", "rc.point.lot", "loyalty.card")
        return {m: self.env[m].with_context(active_test=False).search_count([]) for m in models}
