"""Builders: participants with codes, visitors who click, members who sign up."""

from datetime import datetime, timedelta

from odoo.tests import HttpCase, new_test_user

from odoo.addons.rc_membership.tests.common import MembershipCase
from odoo.addons.rc_referral.errors import CodeError

NOW = datetime(2026, 3, 1, 12)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile"
STAFF = "sales_team.group_sale_salesman,rc_membership.group_salesperson"


class ReferralCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.rc_fraud_fast_seconds = 0  # who clicks and signs up at NOW is no machine
        cls.sara = new_test_user(cls.env, "ref_sara", name="Sara Test", groups=STAFF)
        cls.studio = cls.a_participant("Studio Test", is_company=True, user_id=cls.sara.id)
        cls.rival = cls.a_participant("Rival Test", is_company=True)
        cls.code = cls.a_code(cls.studio, "STUDIOTEST")
        cls.rival_code = cls.a_code(cls.rival, "RIVALTEST")

    @classmethod
    def a_participant(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def a_code(cls, partner, code, **values):
        return cls.env["rc.code"].create({"partner_id": partner.id, "code": code, **values})

    @classmethod
    def a_click(cls, code, visitor=None, at=NOW, agent=PHONE, utm=None):
        """Return the visitor id of a click."""
        visitor = visitor or cls.env["rc.touch"]._make_visitor()
        cls.env["rc.touch"]._record(code, visitor, at, agent=agent, utm=utm, ip="192.0.2.1")
        return visitor

    @classmethod
    def a_sign_up(cls, name="Nora Test", at=NOW, **evidence):
        """Return the partner of a member who signed up with this evidence, events worked off."""
        user = new_test_user(
            cls.env,
            f"{name.lower().replace(' ', '.')}@example.com",
            name=name,
            groups="base.group_portal,rc_membership.group_member",
        )
        cls.env["rc.attribution"]._decide_for_sign_up(user.partner_id, at, **evidence)
        cls.env["rc.event"]._push(f"res.users:{user.id}:signed_up", "signed_up", user.partner_id)
        cls.drain()
        return user.partner_id

    @classmethod
    def lead_of(cls, partner):
        return cls.env["crm.lead"].search([("partner_id", "=", partner.id)])

    def assertRefused(self, code, call, *args, **kwargs):
        """Assert that ``call`` raises CodeError with this word, and return its sentence."""
        with self.assertRaises(CodeError) as caught:
            call(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        return caught.exception.args[0]


class OrderCase(ReferralCase):
    """Orders whose participant is decided when they are confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = cls.env.cr.now()
        cls.buyer = cls.a_participant("Buyer Test", email="buyer@example.com")

    def an_open_order(self, partner=None, **values):
        order = self.an_order(partner or self.buyer)
        order.write({"user_id": False, **values})
        return order

    def decide(self, order):
        """Confirm and return (participant, evidence)."""
        order.action_confirm()
        attribution = order.rc_attribution_id
        return attribution.winner_id, attribution.evidence


class ReferralHttpCase(ReferralCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        cls.website = cls.env["website"].get_current_website()
        cls.website.cookies_bar = False
        cls.env.company.rc_fraud_challenge_after = 100  # all tests come from one address

    def touches(self, code=None):
        return self.env["rc.touch"].search([("code_id", "in", (code or self.code).ids)])

    def get(self, url, **headers):
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.url_open(url, allow_redirects=False, headers={"User-Agent": PHONE, **names})

    def post_sign_up(self, login, follow=True, **values):
        """Post the sign-up form as the browser of this session does."""
        page = self.url_open("/web/signup")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(
            "/web/signup",
            data={
                "csrf_token": token,
                "name": "Nora Test",
                "login": login,
                "password": "nora-test-password",
                "confirm_password": "nora-test-password",
                **values,
            },
            allow_redirects=follow,
        )

    def partner_of(self, login):
        return self.env["res.users"].search([("login", "=", login)]).partner_id
