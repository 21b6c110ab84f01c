import psycopg2

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.rc_referral.kernel import codes

from .common import DAY, NOW, SECOND, STAFF, ReferralCase


@tagged("post_install", "-at_install")
class TestCodes(ReferralCase):
    def test_every_new_member_and_salesperson_has_a_personal_code(self):
        member = self.a_portal_user("code_member")
        staff = new_test_user(self.env, "code_staff", groups=STAFF)
        for user in (member, staff):
            code = user.partner_id._rc_get_main_code()
            self.assertEqual(code.kind, "invite")
            self.assertEqual(codes.diagnose(code.code), "ok")

    def test_a_user_who_becomes_a_partner_later_gets_a_code_then(self):
        user = new_test_user(self.env, "code_later", groups="base.group_portal")
        self.assertFalse(user.partner_id._rc_get_main_code())
        user.group_ids += self.env.ref("rc_membership.group_partner")
        self.assertEqual(user.partner_id._rc_get_main_code().kind, "invite")

    def test_ensuring_a_code_twice_makes_one(self):
        partner = self.a_participant("Twice Test")
        first = partner._rc_ensure_code()
        self.assertEqual(partner._rc_ensure_code(), first)
        self.assertEqual(len(first), 1)

    def test_ways_of_writing_find_the_same_code(self):
        resolve = self.env["rc.code"]._resolve
        for text in ("STUDIOTEST", " studio-test ", "Stud1oTest", "studiotest\u3000"):
            self.assertEqual(resolve(text), self.code, text)
        invite = self.studio._rc_get_main_code()
        personal = self.a_participant("Inviter Test")._rc_ensure_code()
        self.assertEqual(resolve(personal.code.lower().replace("-", " ")), personal)
        self.assertEqual(invite, self.code)

    def test_a_slip_is_told_from_an_unknown_code(self):
        resolve = self.env["rc.code"]._resolve
        code = self.a_participant("Inviter Test")._rc_ensure_code().code
        wrong = code[:-2] + ("0" if code[-2] != "0" else "2") + code[-1]
        self.assertIn("typing slip", self.assertRefused("mistyped_code", resolve, wrong))
        self.assertIn("do not know", self.assertRefused("unknown_code", resolve, "NOBODY"))
        unknown = codes.make("INVITE", b"\x01\x02\x03\x05")
        self.assertRefused("unknown_code", resolve, unknown)

    def test_nonsense_is_mistyped_and_never_shown_whole(self):
        for text in ("", "  ", "x" * 10_000, "<script>alert(1)</script>", "%%%", "莲花\x00"):
            sentence = self.assertRefused("mistyped_code", self.env["rc.code"]._resolve, text)
            self.assertLess(len(sentence), 250)

    def test_dates_are_half_open(self):
        today = NOW.date()
        dated = self.a_code(
            self.studio, "DATEDTEST", date_from=today, date_to=fields.Date.add(today, days=2)
        )
        midnight = fields.Datetime.to_datetime(today)
        resolve = self.env["rc.code"]._resolve
        for at in (midnight, midnight + 2 * DAY - SECOND):
            self.assertEqual(resolve("DATEDTEST", at=at), dated)
        for at in (midnight - SECOND, midnight + 2 * DAY):
            self.assertRefused("expired_code", resolve, "DATEDTEST", at=at)

    def test_an_archived_code_is_expired_not_unknown(self):
        self.code.active = False
        self.assertRefused("expired_code", self.env["rc.code"]._resolve, "STUDIOTEST")

    def test_nobody_uses_the_own_code_nor_a_colleague_of_the_studio(self):
        colleague = self.a_participant("Colleague Test", parent_id=self.studio.id)
        for partner in (self.studio, colleague):
            self.assertRefused(
                "own_code", self.env["rc.code"]._resolve, "STUDIOTEST", partner=partner
            )

    def test_codes_that_look_alike_cannot_both_exist(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self.a_code(self.rival, "STUDI0TEST")

    def test_codes_of_the_wrong_shape_are_refused(self):
        for code in ("A CODE!", "花", "INVITE-AAAAAA", "GUILD7"):
            with self.assertRaises(ValidationError, msg=code):
                self.a_code(self.studio, code)
        with self.assertRaises(ValidationError):
            self.a_code(self.studio, "LOTUSTEST", kind="invite")

    def test_a_landing_page_is_a_path_of_this_site(self):
        for path in ("https://evil.example", "//evil.example", "shop", "/\\evil.example"):
            with self.assertRaises(ValidationError, msg=path):
                self.code.landing_path = path
        self.code.landing_path = "/shop"

    def test_a_clicked_code_is_archived_not_deleted(self):
        self.a_click(self.code)
        with self.assertRaises(UserError):
            self.code.unlink()
        self.rival_code.unlink()

    def test_figures_count_people_and_not_bots(self):
        visitor = self.a_click(self.code)
        self.a_click(self.code, agent="Googlebot/2.1")
        member = self.a_sign_up(visitor=visitor)
        self.pay(self.an_invoice(member))
        self.code.invalidate_recordset()
        self.assertEqual(
            (self.code.touch_count, self.code.sign_up_count, self.code.paid_count), (1, 1, 1)
        )

    def test_a_hundred_codes_cost_the_queries_of_one(self):
        partners = self.env["res.partner"].create([{"name": f"P{i}"} for i in range(100)])
        many = partners._rc_ensure_code()
        self.env.invalidate_all()
        many[:1].mapped("touch_count")
        self.env.invalidate_all()
        many.fetch(["code"])
        with self.assertQueryCount(4):
            many.mapped("touch_count")


@tagged("post_install", "-at_install")
class TestTouches(ReferralCase):
    def test_the_database_refuses_to_change_a_touch_but_may_forget_it(self):
        self.a_click(self.code)
        touch = self.env["rc.touch"].search([("code_id", "=", self.code.id)])
        with self.assertRaises(UserError):
            touch.write({"is_bot": True})
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.RestrictViolation):
            with self.env.cr.savepoint():
                self.env.cr.execute("UPDATE rc_touch SET is_bot = true WHERE id = %s", touch.ids)
        touch.unlink()
        self.assertFalse(touch.exists())

    def test_address_and_browser_are_kept_as_hashes_that_change_with_the_month(self):
        hashes = {
            (touch.ip_hash, touch.agent_hash)
            for at in (NOW, NOW + DAY, NOW + 40 * DAY)
            for touch in self.env["rc.touch"]._record(
                self.code, "v" * 32, at, ip="192.0.2.7", agent=PHONE_AGENT
            )
        }
        self.assertEqual(len(hashes), 2)
        text = str(hashes)
        self.assertNotIn("192.0.2.7", text)
        self.assertNotIn("iPhone", text)

    def test_a_cookie_is_only_read_with_our_signature(self):
        Touch = self.env["rc.touch"]
        visitor = Touch._make_visitor()
        signed = Touch._sign_visitor(visitor)
        self.assertEqual(Touch._read_visitor(signed), visitor)
        other = Touch._make_visitor()
        forged = f"{other}.{signed.partition('.')[2]}"
        for value in (None, "", visitor, f"{visitor}.", forged, signed[:-1], "é" * 40, "a.b.c"):
            self.assertIsNone(Touch._read_visitor(value), value)


PHONE_AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Mobile"
