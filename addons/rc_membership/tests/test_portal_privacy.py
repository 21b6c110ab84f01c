"""The page "My data": who asks, what they see, and whose file it is."""

from datetime import timedelta

from odoo import fields, http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestPortalPrivacy(MembershipCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.a_portal_user("privacy_mia")
        cls.requests = cls.env["rc.privacy.request"]

    def open(self, path="", **data):
        self.env.flush_all()
        if data:
            data["csrf_token"] = http.Request.csrf_token(self)
        answer = self.url_open(f"/my/privacy{path}", data=data or None)
        self.env.invalidate_all()
        return answer

    def own(self):
        return self.requests.search([("partner_id", "=", self.user.partner_id.id)])

    @mute_logger("odoo.addons.base.models.res_users")
    def test_a_copy_needs_the_password_and_is_its_owners_only(self):
        self.authenticate("privacy_mia", "privacy_mia")
        self.assertIn("password is not right", self.open("/copy", password="wrong").text)
        self.assertFalse(self.own())
        self.assertIn("being made", self.open("/copy", password="privacy_mia").text)
        copy = self.own()
        copy._do_export(fields.Datetime.now())
        self.assertIn("Download", self.open().text)
        answer = self.open(f"/{copy.id}/file")
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertTrue(answer.content.startswith(b"PK"))
        self.a_portal_user("privacy_leo")
        self.authenticate("privacy_leo", "privacy_leo")
        self.assertEqual(self.open(f"/{copy.id}/file").status_code, 404)
        self.authenticate("privacy_mia", "privacy_mia")
        copy.file_until = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self.open(f"/{copy.id}/file").status_code, 404)

    def test_an_erasure_is_asked_for_with_what_is_given_up_and_can_be_withdrawn(self):
        self.an_account(self.user.partner_id)._grant(40, "privacy", "thanks")
        self.authenticate("privacy_mia", "privacy_mia")
        self.assertIn("40 Points are lost", self.open().text)
        self.open("/erase", password="privacy_mia")
        self.assertFalse(self.own())
        code = self.user.partner_id._rc_get_erasure_findings(fields.Datetime.now())[0].code
        text = self.open("/erase", password="privacy_mia", accepted=code).text
        self.assertIn("changed my mind", text)
        self.assertEqual((self.own().state, self.own().accepted), ("waiting", [code]))
        self.open("/withdraw", now="1")
        self.assertEqual(self.own().state, "withdrawn")

    def test_security_leads_to_my_data(self):
        self.authenticate("privacy_mia", "privacy_mia")
        self.assertIn("/my/privacy", self.url_open("/my/security").text)
