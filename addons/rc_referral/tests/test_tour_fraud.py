from odoo.tests import new_test_user, tagged

from .common import NOW, SECOND, ReferralHttpCase


@tagged("post_install", "-at_install")
class TestFraudTour(ReferralHttpCase):
    def test_a_manager_works_off_the_review_queue(self):
        self.env.company.rc_fraud_fast_seconds = 5
        new_test_user(
            self.env,
            "fraud_tour",
            name="Tour Manager",
            groups="rc_membership.group_program_manager",
        )
        visitor = self.a_click(self.code, at=NOW - 2 * SECOND)
        member = self.a_sign_up("Fa St", visitor=visitor)
        self.start_tour(
            "/odoo/action-rc_referral.rc_fraud_case_action",
            "rc_referral_review_queue",
            login="fraud_tour",
        )
        case = self.env["rc.fraud.case"].search([("member_id", "=", member.id)])
        self.assertEqual((case.state, case.is_frozen), ("cleared", True))
        self.assertEqual(case.decided_by_id.login, "fraud_tour")
