from odoo.tests import new_test_user, tagged

from .common import DAY, ReferralHttpCase
from .test_reports import MANAGER


@tagged("post_install", "-at_install")
class TestReferralDashboard(ReferralHttpCase):
    def test_a_manager_sees_the_funnel_and_who_brings_most(self):
        new_test_user(self.env, "dash_manager", password="dash_manager", groups=MANAGER)
        now = self.env.cr.now()
        for number in range(300):
            self.a_click(self.code, at=now - DAY * (number % 20), utm={"source": "wechat"})
        for number in range(12):
            self.a_sign_up(f"Dash {number}", typed=self.code, at=now - DAY)
        self.start_tour("/odoo/referral-dashboard", "rc_referral_dashboard", login="dash_manager")
