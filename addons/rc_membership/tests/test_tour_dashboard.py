from odoo.tests import HttpCase, tagged

from .test_membership_reports import ReportCase


@tagged("post_install", "-at_install")
class TestMembershipDashboard(ReportCase, HttpCase):
    """What is "now" is the server's: the browser's clock is not frozen."""

    def test_a_manager_sees_how_a_program_does(self):
        self.a_history()
        self.start_tour(
            "/odoo/membership-dashboard", "rc_membership_dashboard", login="rep_manager"
        )

    def test_an_empty_program_says_what_to_do_first(self):
        self.a_program("nobody")
        self.start_tour(
            "/odoo/membership-dashboard", "rc_membership_dashboard_empty", login="rep_manager"
        )
