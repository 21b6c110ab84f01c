from odoo.tests import HttpCase, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestPortal(MembershipCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.a_portal_user("portal-mia")

    def setUp(self):
        super().setUp()
        self.authenticate("portal-mia", "portal-mia")

    def test_somebody_new_reads_what_free_gives_and_where_the_plans_are(self):
        page = self.url_open("/my/membership").text
        self.assertIn("Free", page)
        self.assertIn("5 chats per day", page)
        self.assertIn("Choose a plan", page)
        self.assertIn("No points yet", page)

    def test_a_member_reads_their_own_tier_rights_and_points_only(self):
        self.buy(self.user.partner_id, "premium-month")
        self.buy(self.a_member("Leo"), "ultimate-month")
        page = self.url_open("/my/membership").text
        for words in ("Premium", "unlimited", "+25"):
            self.assertIn(words, page)
        for words in ("Ultimate", "+50"):
            self.assertNotIn(words, page)

    def test_a_member_cancels_at_the_end_and_takes_it_back(self):
        self.buy(self.user.partner_id)
        subscription = self.env["rc.subscription"].search(
            [("partner_id", "=", self.user.partner_id.id)]
        )
        for ending in (True, False):
            page = self.url_open(
                "/my/membership/ending",
                data={
                    "ending": "1" if ending else "0",
                    "csrf_token": self.csrf_token(),
                    # what a form must never be able to set
                    "partner_id": "1",
                    "state": "expired",
                    "period_end": "2099-01-01",
                },
            )
            self.assertEqual(page.status_code, 200)
            subscription.invalidate_recordset()
            self.assertRecordValues(
                subscription,
                [
                    {
                        "is_ending": ending,
                        "state": "active",
                        "partner_id": self.user.partner_id.id,
                    }
                ],
            )

    def test_without_a_membership_cancelling_says_what_to_do(self):
        page = self.url_open(
            "/my/membership/ending", data={"ending": "1", "csrf_token": self.csrf_token()}
        )
        self.assertEqual(page.status_code, 200)

    def test_a_form_without_its_token_changes_nothing(self):
        self.buy(self.user.partner_id)
        page = self.url_open("/my/membership/ending", data={"ending": "1"})
        self.assertEqual(page.status_code, 400)

    def csrf_token(self):
        from odoo import http

        return http.Request.csrf_token(self)
