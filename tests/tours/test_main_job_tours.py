"""The main job in a browser: visitor, member, partner, accountant, partner again, guild leader."""

from odoo.tests import HttpCase, tagged

from odoo.addons.rc_membership.tests.common import OnBothSizes, an_address


@tagged("post_install", "-at_install")
class TestMainJobTours(OnBothSizes, HttpCase):
    def drain(self):
        self.env["rc.event"]._drain()
        failed = self.env["rc.event"].search([("error", "!=", False)])
        self.assertFalse(failed, failed[:1].error)

    def walk(self):
        """Everybody but the accountant uses the size under test."""
        size = self.browser_size
        self.env.company.rc_fraud_fast_seconds = 0  # the browser types faster than people
        self.start_tour("/ref/LOTUS", "rc_main_job_visitor", login=None)
        self.drain()
        user = self.env["res.users"].search([("login", "=", "nora@example.com")])
        self.assertEqual(user.partner_id.rc_sponsor_id.name, "Lotus Yoga Studio")
        user.partner_id.write(an_address(self.env))
        user.password = "nora@example.com"  # start_tour logs in with login = password
        guild = self.env["rc.guild"].search(
            [("leader_id", "=", self.env.ref("rc_membership.partner_mia").id)]
        )
        guild._join(user.partner_id, self.env.cr.now(), guild._get_code())
        self.start_tour("/my/membership", "rc_membership_buy", login="nora@example.com")
        self.drain()
        self.start_tour("/my/membership", "rc_membership_read", login="nora@example.com")
        self.start_tour("/my/network", "rc_main_job_partner_earns", login="lotus")
        self.browser_size = "1366x768"
        self.start_tour(
            "/odoo/action-rc_commission.rc_settlement_run_action",
            "rc_main_job_accountant",
            login="accountant",
        )
        self.drain()
        self.browser_size = size
        self.start_tour("/my/commissions", "rc_main_job_partner_is_paid", login="lotus")
        self.start_tour("/my/guild", "rc_main_job_guild", login="mia")
