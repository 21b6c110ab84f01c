"""A visitor who came by a link signs up with an identity provider: bound without typing anything.

The provider's answer is patched; everything else is the real request: Google and Facebook send the
browser back with our cookie. Apple style answers come without it (a posted form, for which Odoo's
own route would need a glue module), so `state` must carry the visitor: here the cookie is dropped.
"""

import json
import re
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from odoo.tests import HttpCase, tagged

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)
EMAIL = "oauth.visitor@example.com"


@tagged("post_install", "-at_install")
class TestOAuthBinding(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        cls.env["website"].get_current_website().cookies_bar = False
        cls.lotus = cls.env.ref("rc_membership.partner_lotus")
        cls.sara = cls.env.ref("rc_membership.user_sara")
        cls.providers = {
            name: cls.env["auth.oauth.provider"].create(
                {
                    "name": f"{name} test",
                    "client_id": f"client-of-{name}",
                    "auth_endpoint": f"https://{name}.example/auth",
                    "validation_endpoint": f"https://{name}.example/userinfo",
                    "body": f"Continue with {name}",
                    "enabled": True,
                }
            )
            for name in ("google", "facebook", "apple")
        }

    def setUp(self):
        super().setUp()
        self.opener.headers["User-Agent"] = PHONE
        self.email = EMAIL
        validate = patch.object(
            self.registry["res.users"],
            "_auth_oauth_validate",
            lambda users, provider, token: {
                "user_id": f"subject-{provider}-{self.email}",
                "email": self.email,
                "name": "Olive Auth",
            },
        )
        validate.start()
        self.addCleanup(validate.stop)

    def click(self, code="LOTUS"):
        response = self.url_open(f"/ref/{code}", allow_redirects=False)
        self.assertEqual(response.status_code, 302)

    def state_of(self, provider, path="/web/signup"):
        """Return the `state` in the link of the provider's button on the form."""
        page = self.url_open(path).text
        link = re.search(rf'href="(https://{provider}\.example/auth[^"]+)"', page)[1]
        query = urlsplit(link.replace("&amp;", "&")).query
        return json.loads(parse_qs(query)["state"][0])

    def come_back(self, state, with_cookie=True):
        """The provider sends the browser back, with our visitor's cookie or without."""
        if not with_cookie:
            self.opener.cookies.pop("rc_visitor", None)
        answer = {"state": json.dumps(state), "access_token": "token-of-the-visitor"}
        response = self.url_open("/auth_oauth/signin", params=answer, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertNotIn("oauth_error", response.headers["Location"])
        return response

    def sponsor_and_evidence(self):
        user = self.env["res.users"].search([("login", "=", EMAIL)])
        self.assertEqual(len(user), 1)
        attribution = self.env["rc.attribution"]._get_current(user.partner_id)
        return user.partner_id.rc_sponsor_id, attribution.evidence

    def check_bound_by_the_cookie(self, provider):
        self.click()
        state = self.state_of(provider)
        state.pop("rc")  # the cookie alone must do
        self.come_back(state)
        self.assertEqual(self.sponsor_and_evidence(), (self.lotus, "link"))

    def test_a_google_style_answer_binds_by_the_cookie(self):
        self.check_bound_by_the_cookie("google")

    def test_a_facebook_style_answer_binds_by_the_cookie(self):
        self.check_bound_by_the_cookie("facebook")

    def test_people_in_apps_click_come_back_later_and_sign_up_with_google(self):
        """The browser inside an app is a person; test_main_job goes on to the payment."""
        for app in ("MicroMessenger/8.0.50", "Instagram 325.0.0.34.90", "WhatsApp/2.24.8"):
            with self.subTest(app):
                self.authenticate(None, None)  # a browser of its own
                self.opener.headers["User-Agent"] = f"{PHONE} {app}"
                self.email = f"{app.partition('/')[0].partition(' ')[0].lower()}@example.com"
                self.click()
                self.url_open("/shop")  # another page, before they come back to sign up
                self.come_back(self.state_of("google"))
                user = self.env["res.users"].search([("login", "=", self.email)])
                self.assertEqual(user.partner_id.rc_sponsor_id, self.lotus)
                decision = self.env["rc.attribution"]._get_current(user.partner_id)
                self.assertEqual(decision.evidence, "link")

    def test_an_apple_style_answer_binds_by_the_state_without_the_cookie(self):
        self.click()
        self.come_back(self.state_of("apple"), with_cookie=False)
        self.assertEqual(self.sponsor_and_evidence(), (self.lotus, "link"))

    def test_the_state_holds_the_signed_visitor_and_no_code(self):
        self.click()
        state = self.state_of("google")
        self.assertTrue(self.env["rc.touch"]._read_visitor(state["rc"]))
        self.assertNotIn("LOTUS", json.dumps(state))

    def test_the_member_gets_a_lead_with_code_and_salesperson(self):
        self.click()
        self.come_back(self.state_of("google"))
        self.env["rc.event"]._drain()
        partner = self.env["res.users"].search([("login", "=", EMAIL)]).partner_id
        lead = self.env["crm.lead"].search([("partner_id", "=", partner.id)])
        self.assertEqual(
            (lead.rc_code_id.code, lead.rc_partner_id, lead.user_id),
            ("LOTUS", self.lotus, self.sara),
        )

    def test_a_code_typed_before_choosing_the_provider_counts_as_typed(self):
        self.click("BAMBOO")
        state = self.state_of("google")
        state["rc_code"] = "lotus"  # what our script on the form adds
        self.come_back(state)
        self.assertEqual(self.sponsor_and_evidence(), (self.lotus, "typed_code"))

    def test_a_code_passed_by_an_app_counts_as_its_link(self):
        state = self.state_of("google")
        self.assertNotIn("rc", state)
        state["rc"] = "LOTUS"
        self.come_back(state)
        self.assertEqual(self.sponsor_and_evidence(), (self.lotus, "link"))

    def test_a_forged_state_signs_up_and_binds_nobody(self):
        state = self.state_of("google")
        self.click()
        visitor = self.env["rc.touch"].search([], limit=1).visitor
        state["rc"] = f"{visitor}.{'0' * 64}"
        self.come_back(state, with_cookie=False)
        sponsor, evidence = self.sponsor_and_evidence()
        self.assertFalse(sponsor)
        self.assertEqual(evidence, "none")

    def test_a_member_who_logs_in_again_is_not_bound_again(self):
        self.click()
        state = self.state_of("google")
        self.come_back(state)
        self.click("BAMBOO")
        self.come_back(self.state_of("google", "/web/login"))
        self.assertEqual(self.sponsor_and_evidence(), (self.lotus, "link"))
