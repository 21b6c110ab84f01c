"""Proofs of an address or a number, and the rewards that wait for them."""

import re
from datetime import timedelta

from odoo import fields, http
from odoo.tests import tagged

from .common import ReferralHttpCase


@tagged("post_install", "-at_install")
class TestConfirm(ReferralHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rc.reward.rule"].search([]).active = False
        cls.sponsor = cls.a_portal_user("confirm_sponsor").partner_id
        cls.env["rc.reward.rule"].create(
            {
                "name": "First payment, once the address is proven",
                "code": "confirm_test",
                "program_id": cls.program.id,
                "event": "first_payment",
                "sponsor_kind": "everyone",
                "beneficiary": "sponsor",
                "kind": "points",
                "points": 30,
                "condition": "email",
            }
        )
        cls.friend = cls.a_sign_up(
            "Confirm Friend", at=fields.Datetime.now(), typed=cls.sponsor._rc_get_main_code()
        )
        cls.user = cls.friend.user_ids
        cls.friend.write({"email": cls.user.login, "phone": "+1 555 0123"})

    def reward(self):
        self.drain()
        return self.env["rc.reward"].search(
            [("partner_id", "=", self.sponsor.id), ("rule_id.code", "=", "confirm_test")]
        )

    def post(self, path, **data):
        return self.post_to(f"/my/confirm/{path}", **data)

    def post_to(self, path, **data):
        self.env.flush_all()
        data["csrf_token"] = http.Request.csrf_token(self)
        answer = self.url_open(path, data=data)
        self.env.invalidate_all()
        return answer

    def mailed_link(self):
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.friend.ids)], order="id desc", limit=1
        ) or self.env["mail.mail"].search(
            [("email_to", "ilike", self.user.login)], order="id desc", limit=1
        )
        return re.search(r"/confirm/email\?token=([\w%.-]+)", mail.body_html)[1]

    def test_a_held_reward_is_given_after_the_mailed_link_is_opened(self):
        self.buy(self.friend, on=fields.Date.today())
        self.assertEqual(self.reward().state, "held")
        self.authenticate(self.user.login, self.user.login)
        self.assertIn("sent you a link", self.post("send", what="email").text)
        token = self.mailed_link()
        # a mail program that looks at the link first confirms nothing
        self.assertEqual(self.url_open(f"/confirm/email?token={token}").status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(self.friend.rc_email_verified_at)
        self.assertIn("Thank you", self.post_to("/confirm/email", token=token).text)
        self.assertTrue(self.friend.rc_email_verified_at)
        self.assertEqual(self.reward().state, "given")
        self.assertEqual(self.an_account(self.sponsor).available, 30)

    def test_a_link_proves_its_own_address_only(self):
        partners = self.env["res.partner"]
        now = fields.Datetime.now()
        token = self.friend._rc_get_email_link().partition("token=")[2]
        self.friend.email = "other@example.com"
        for void in (token, token[:-2] + "xx", "", "nonsense"):
            self.assertFalse(partners._rc_confirm_email(void, now), void)
        self.assertFalse(self.friend.rc_email_verified_at)

    def test_whoever_uses_a_mailed_invitation_has_proven_the_address(self):
        invited = self.env["res.partner"].create({"name": "Ivy", "email": "ivy@example.com"})
        invited.signup_prepare()
        token = invited._generate_signup_token()
        self.env["res.users"].signup({"login": "ivy", "password": "a-new-password-1"}, token)
        self.assertTrue(invited.rc_email_verified_at)

    def test_a_link_for_a_new_password_proves_nothing(self):
        """The address may have been changed after it was mailed."""
        self.friend.signup_prepare("reset")
        token = self.friend._generate_signup_token()
        self.friend.email = "somebody.else@example.com"
        self.env["res.users"].signup({"password": "a-new-password-1"}, token)
        self.assertFalse(self.friend.rc_email_verified_at)

    def test_a_code_by_sms_proves_the_number_for_some_minutes(self):
        now = fields.Datetime.now()
        code = self.friend._rc_make_phone_code(now)
        self.assertRegex(code, r"^\d{6}$")
        wrong = str((int(code) + 1) % 10**6).zfill(6)
        late = now + timedelta(minutes=21)
        for text, at in ((wrong, now), ("", now), (code, late), (code + "0", now)):
            self.assertFalse(self.friend._rc_confirm_phone(text, at))
        self.assertFalse(self.friend.rc_phone_verified_at)
        self.assertTrue(self.friend._rc_confirm_phone(f" {code[:3]} {code[3:]} ", now))
        self.assertTrue(self.friend.rc_phone_verified_at)

    def test_a_code_is_of_one_number(self):
        now = fields.Datetime.now()
        code = self.friend._rc_make_phone_code(now)
        self.friend.phone = "+1 555 0999"
        self.assertFalse(self.friend._rc_confirm_phone(code, now))

    def test_guesses_of_a_code_are_locked_out(self):
        self.authenticate(self.user.login, self.user.login)
        texts = [self.post("phone", code="000000x").text for _try in range(6)]
        self.assertIn("not the code", texts[0])
        self.assertIn("Too many tries", texts[5])
