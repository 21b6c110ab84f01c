import itertools
import json
import re
from urllib.parse import parse_qs, urlsplit

from odoo.tests import tagged

from odoo.addons.rc_referral.controllers.signup import ReferralSignup
from odoo.addons.rc_referral.tests.common import ReferralHttpCase
from odoo.addons.rc_referral_auth_oauth.controllers.main import ReferralOAuth


@tagged("post_install", "-at_install")
class TestState(ReferralHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["auth.oauth.provider"].create(
            {
                "name": "Test",
                "client_id": "client",
                "auth_endpoint": "https://provider.example/auth",
                "validation_endpoint": "https://provider.example/userinfo",
                "body": "Continue with Test",
                "enabled": True,
            }
        )

    def state_on(self, path):
        """Return the `state` in the link of the provider's button on a page."""
        page = self.get(path).text
        link = re.search(r'href="(https://provider\.example/auth[^"]+)"', page)[1]
        query = urlsplit(link.replace("&amp;", "&")).query
        return json.loads(parse_qs(query)["state"][0])

    def test_the_state_holds_the_signed_visitor_of_a_click_and_no_code(self):
        self.get("/ref/STUDIOTEST")
        visitor = self.touches().visitor
        for path in ("/web/signup", "/web/login"):
            state = self.state_on(path)
            self.assertEqual(self.env["rc.touch"]._read_visitor(state["rc"]), visitor, path)
            self.assertEqual(state["p"], self.provider.id)
            self.assertNotIn("STUDIOTEST", json.dumps(state))

    def test_who_did_not_click_leaves_the_state_as_odoo_makes_it(self):
        self.assertEqual(set(self.state_on("/web/signup")), {"d", "p", "r"})

    def test_a_code_in_the_address_goes_along(self):
        self.assertEqual(self.state_on("/web/signup?rc_code=STUDIOTEST")["rc_code"], "STUDIOTEST")

    def test_the_order_in_which_modules_were_loaded_does_not_matter(self):
        for order in itertools.permutations((ReferralOAuth, ReferralSignup)):
            together = type("Together", order, {})  # what Odoo makes of the leaves, in load order
            self.assertIs(together.get_state, ReferralOAuth.get_state)
