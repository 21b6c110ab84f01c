import re

from odoo import fields
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
        self.assertIn("5 of 5 left", page)
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
                f"/my/membership/plan/{'end' if ending else 'keep'}",
                data={
                    "when": "period_end",
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
            "/my/membership/plan/end",
            data={"when": "period_end", "csrf_token": self.csrf_token()},
        )
        self.assertEqual(page.status_code, 200)

    def test_a_form_without_its_token_changes_nothing(self):
        self.buy(self.user.partner_id)
        page = self.url_open("/my/membership/plan/end", data={"when": "now"})
        self.assertEqual(page.status_code, 400)

    def post(self, act, **data):
        page = self.url_open(
            f"/my/membership/plan/{act}", data={**data, "csrf_token": self.csrf_token()}
        )
        self.env.invalidate_all()
        return page

    def own(self):
        return self.env["rc.subscription"].search(
            [("partner_id", "=", self.user.partner_id.id)], limit=1
        )

    def test_a_member_sees_what_a_change_costs_and_orders_it(self):
        today = fields.Date.today()
        self.buy(self.user.partner_id, "pro-month", on=today)
        plan = self.a_plan("premium-month")
        page = self.url_open(f"/my/membership/plan/change?plan={plan.id}").text
        self.assertIn("-15.00", page.replace("\N{NON-BREAKING HYPHEN}", "-").replace("\ufeff", ""))
        self.post("confirm", plan=plan.id)
        order = self.env["sale.order"].search(
            [("partner_id", "=", self.user.partner_id.id), ("state", "=", "sent")]
        )
        self.assertEqual(order.amount_total, 10)

    def test_a_member_lowers_the_plan_and_takes_it_back(self):
        self.buy(self.user.partner_id, on=fields.Date.today())
        self.post("confirm", plan=self.a_plan("pro-month").id)
        self.assertEqual(self.own().next_product_id, self.a_plan("pro-month"))
        self.assertIn("Pro – Month", self.url_open("/my/membership/plan").text)
        self.post("keep")
        self.assertFalse(self.own().next_product_id)

    def test_a_plan_of_somebody_elses_program_is_missing(self):
        self.buy(self.user.partner_id, on=fields.Date.today())
        self.assertEqual(self.post("confirm", plan=987654321).status_code, 404)
        self.assertEqual(
            self.url_open("/my/membership/plan/change?plan=987654321").status_code, 404
        )

    def test_a_new_member_tries_a_plan_once(self):
        plan = self.a_plan("premium-month")
        plan.rc_trial_days = 7
        self.assertIn("Try 7 days", re.sub(r"\s+", " ", self.url_open("/my/membership/plan").text))
        self.post("trial", plan=plan.id)
        self.assertEqual(self.own().state, "trial")
        self.post("end", when="now")
        page = self.post("trial", plan=plan.id).text
        self.assertIn("A trial is for new members", page)

    def test_a_bill_is_made_to_be_paid_ahead_once(self):
        self.buy(self.user.partner_id, on=fields.Date.today())
        for _again in range(2):
            page = self.post("renew")
            self.assertIn("/my/invoices/", page.url)
        self.assertEqual(len(self.own().billing_ids), 1)

    def csrf_token(self):
        from odoo import http

        return http.Request.csrf_token(self)
