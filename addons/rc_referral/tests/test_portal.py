from odoo.tests import new_test_user, tagged

from .common import DAY, ReferralHttpCase


@tagged("post_install", "-at_install")
class TestPortal(ReferralHttpCase):
    def page_of(self, login):
        self.authenticate(login, login)
        return self.url_open("/my/referrals").text

    def test_a_new_member_sees_link_code_and_what_to_do(self):
        user = self.a_portal_user("portal_new")
        page = self.page_of("portal_new")
        code = user.partner_id._rc_get_main_code()
        for text in (code.code, f"/ref/{code.code}", "Nobody has joined yet", "No clicks yet"):
            self.assertIn(text, page)
        self.assertIn("/my/referrals", self.url_open("/my").text)

    def test_figures_are_the_users_own_and_friends_are_shown_by_initial(self):
        user = self.a_portal_user("portal_sponsor")
        code = user.partner_id._rc_get_main_code()
        now = self.env.cr.now()
        for _number in range(3):
            self.a_click(code, at=now - DAY)
        friend = self.a_sign_up("Wilhelmina Okonkwo", at=now, typed=code)
        self.pay(self.an_invoice(friend))
        self.drain()
        grandchild = self.a_sign_up("Zebedee Quill", at=now, typed=friend._rc_get_main_code())
        self.assertTrue(grandchild)
        page = self.page_of("portal_sponsor")
        self.assertIn("Wilhelmina O.", page)
        for hidden in ("Okonkwo", "okonkwo", "Zebedee", "STUDIOTEST"):
            self.assertNotIn(hidden, page)
        for name, figure in (("clicks", 3), ("sign_ups", 1), ("paid", 1)):
            card = page.split(f'data-name="{name}"')[1].split('data-name="')[0]
            self.assertRegex(card, rf'class="rc_number">\s*{figure}\s*<')

    def test_the_points_are_told_in_the_language_of_whoever_reads(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search([("name", "=", "rc_referral")])._update_translations(
            ["zh_CN"]
        )
        user = self.a_portal_user("portal_reader")
        self.a_sign_up("Wilhelmina Okonkwo", typed=user.partner_id._rc_get_main_code())
        entry = self.env["rc.point.entry"].search(
            [("credit_account_id.partner_id", "=", user.partner_id.id)], limit=1
        )
        self.assertEqual(entry._get_label(), "A friend signed up")
        self.assertEqual(entry.with_context(lang="zh_CN")._get_label(), "好友已注册")

    def test_an_account_older_than_the_module_gets_its_code_by_a_button(self):
        user = new_test_user(self.env, "portal_old", groups="base.group_portal")
        page = self.page_of("portal_old")
        self.assertIn("Get my code", page)
        self.assertFalse(user.partner_id._rc_get_main_code())
        token = page.split('name="csrf_token" value="')[-1].split('"')[0]
        page = self.url_open("/my/referrals/code", data={"csrf_token": token}).text
        self.assertIn(user.partner_id._rc_get_main_code().code, page)

    def test_a_visitor_is_asked_to_log_in(self):
        self.authenticate(None, None)
        answer = self.get("/my/referrals")
        self.assertIn("/web/login", answer.headers["Location"])
