import json
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.rc_referral.models import res_users

from .common import ReferralHttpCase


@tagged("post_install", "-at_install")
class TestSignup(ReferralHttpCase):
    def test_a_visitor_signs_up_after_looking_around_and_is_bound(self):
        self.get("/ref/STUDIOTEST?utm_source=newsletter")
        for page in ("/shop", "/contactus"):
            self.get(page)
        form = self.get("/web/signup").text
        self.assertIn("Invited by", form)
        self.assertIn("Studio Test", form)
        self.assertIn('value="STUDIOTEST"', form)
        self.post_sign_up("nora@example.com", rc_code="STUDIOTEST")
        member = self.partner_of("nora@example.com")
        self.assertEqual(member.rc_sponsor_id, self.studio)
        self.assertEqual(self.env["rc.attribution"]._get_current(member).evidence, "link")
        self.drain()
        lead = self.lead_of(member)
        self.assertEqual((lead.rc_code_id, lead.user_id), (self.code, self.sara))
        self.assertEqual(lead.source_id, self.env.ref("utm.utm_source_newsletter"))

    def test_a_cleared_field_does_not_undo_the_link(self):
        self.get("/ref/STUDIOTEST")
        self.post_sign_up("nora@example.com", rc_code="")
        self.assertEqual(self.partner_of("nora@example.com").rc_sponsor_id, self.studio)

    def test_a_typed_code_binds_without_any_link(self):
        self.post_sign_up("nora@example.com", rc_code=" studio-test ")
        member = self.partner_of("nora@example.com")
        self.assertEqual(member.rc_sponsor_id, self.studio)
        self.assertEqual(self.env["rc.attribution"]._get_current(member).evidence, "typed_code")

    def test_who_clicked_on_the_phone_is_bound_by_the_code_typed_on_a_second_device(self):
        self.get("/ref/STUDIOTEST")
        self.assertEqual(len(self.touches()), 1)
        self.opener.cookies.clear()  # the second device knows nothing of the click
        self.post_sign_up("nora@example.com")
        member = self.partner_of("nora@example.com")
        self.assertFalse(member.rc_sponsor_id)
        self.opener.cookies.clear()
        self.authenticate("nora@example.com", "nora-test-password")
        page = self.url_open("/my/referrals").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        self.url_open("/my/referrals/sponsor", data={"csrf_token": token, "code": "studio-test"})
        member.invalidate_recordset()
        self.assertEqual(member.rc_sponsor_id, self.studio)

    def test_two_codes_are_taken_separated_by_a_comma(self):
        self.post_sign_up("nora@example.com", rc_code="studio test， rivaltest")
        attribution = self.env["rc.attribution"]._get_current(self.partner_of("nora@example.com"))
        self.assertCountEqual(
            [c["code"] for c in attribution.candidates], [self.code.id, self.rival_code.id]
        )

    def test_a_sign_up_without_any_code_is_a_member_nobody_brought(self):
        self.post_sign_up("nora@example.com")
        member = self.partner_of("nora@example.com")
        self.assertTrue(member)
        self.assertFalse(member.rc_sponsor_id)
        self.drain()
        self.assertFalse(self.lead_of(member))

    def test_a_code_that_does_not_work_is_said_on_the_form_and_no_account_is_made(self):
        invite = self.a_participant("Inviter Test")._rc_ensure_code().code
        slip = invite[:-1] + ("0" if invite[-1] != "0" else "2")
        self.rival_code.active = False
        self.studio.email = "studio@example.com"
        for code, login, words in (
            (slip, "nora@example.com", "typing slip"),
            ("NOBODY", "nora@example.com", "do not know"),
            ("RIVALTEST", "nora@example.com", "not valid"),
            ("STUDIOTEST", "Studio@Example.com", "your own code"),
            ("<b>x</b>", "nora@example.com", "typing slip"),
            ("STUDIOTEST,NOBODY", "nora@example.com", "do not know"),
        ):
            answer = self.post_sign_up(login, rc_code=code)
            self.assertIn(words, answer.text, code)
            self.assertNotIn("<b>x</b>", answer.text)
            self.assertFalse(self.partner_of(login), code)
            self.assertIn('name="rc_code"', answer.text)

    def test_an_expired_link_never_breaks_a_sign_up(self):
        self.get("/ref/STUDIOTEST")
        self.code.active = False
        self.post_sign_up("nora@example.com", rc_code="")
        self.assertTrue(self.partner_of("nora@example.com"))

    def test_a_tree_that_refuses_never_breaks_a_sign_up(self):
        self.get("/ref/STUDIOTEST")
        refuse = patch.object(
            self.registry["rc.sponsor.edge"],
            "_get_ancestor_ids",
            lambda edges, partner: [
                self.env["res.partner"].search([], order="id desc", limit=1).id
            ],
        )
        with refuse, self.assertLogs(res_users.__name__, "WARNING"):
            self.post_sign_up("nora@example.com", rc_code="")
        member = self.partner_of("nora@example.com")
        self.assertTrue(member)
        self.assertFalse(member.rc_sponsor_id)
        self.assertFalse(self.env["rc.attribution"]._get_current(member))

    def test_an_invited_contact_is_bound_too(self):
        contact = self.a_participant("Nora Invited", email="nora@example.com")
        contact.signup_prepare()
        token = contact._generate_signup_token()
        self.get("/ref/STUDIOTEST")
        self.post_sign_up("nora@example.com", token=token)
        self.assertEqual(self.partner_of("nora@example.com"), contact)
        self.assertEqual(contact.rc_sponsor_id, self.studio)

    def test_what_an_identity_provider_sends_back_is_read_like_any_visitors_text(self):
        Users = self.env["res.users"]
        signed = self.env["rc.touch"]._sign_visitor("a" * 32)
        for state, expected in (
            (json.dumps({"rc": signed, "p": 3}), {"rc": signed}),
            (json.dumps({"rc": ["x"], "rc_code": "A"}), {"rc_code": "A"}),
            (json.dumps(["rc"]), {}),
            ("no json", {}),
            (None, {}),
            (7, {}),
        ):
            self.assertEqual(Users._rc_read_oauth_state(state), expected)
