from datetime import date, datetime

from odoo.tests import HttpCase, tagged

from .common import DESK, PLAN, PartnerPortalCase


@tagged("post_install", "-at_install")
class TestPortal(PartnerPortalCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mia = cls.a_customer("Mia Chen", clicked_at=datetime(2026, 1, 4, 12))
        cls.buy(cls.mia, on=date(2026, 1, 5))
        cls.settle(date(2026, 2, 15), pay_on=date(2026, 2, 20))
        cls.edge = cls.env["rc.sponsor.edge"].search([("member_id", "=", cls.mia.id)])
        cls.award = cls.env["rc.commission.award"].search(
            [("account_id.partner_id", "=", cls.studio.id)]
        )

    def get(self, path, login=None):
        if login:
            self.authenticate(login, login)
        return self.url_open(path, allow_redirects=False)

    def shown(self, page):
        """The data-name of everything the page shows."""
        return {part.split('"')[0] for part in page.text.split('data-name="')[1:]}

    def test_a_visitor_is_asked_to_log_in(self):
        for path in (
            "/my/network",
            "/my/network/customers",
            f"/my/network/customers/{self.edge.id}",
        ):
            answer = self.get(path)
            self.assertIn("/web/login", answer.headers["Location"], path)

    def test_a_member_without_a_partner_role_is_led_to_the_referrals(self):
        self.a_portal_user("plain_member")
        for path in ("/my/network", "/my/network/customers"):
            answer = self.get(path, "plain_member")
            self.assertTrue(answer.headers["Location"].endswith("/my/referrals"), path)
        self.assertNotIn("/my/network", self.get("/my/referrals").text)

    def test_the_partner_sees_the_whole_way(self):
        page = self.get("/my/network?period=year", "studio_login")
        self.assertEqual(page.status_code, 200)
        self.assertLessEqual(
            {"clicks", "sign_ups", "revenue", "next_settlement", "traffic", "states", "paid"},
            self.shown(page),
        )
        self.assertIn("Mia C.", page.text)
        self.assertNotIn("Mia Chen", page.text)
        customer = self.get(f"/my/network/customers/{self.edge.id}")
        self.assertLessEqual(
            {"click", "sign_up", "sale", "accrual", "bill", "payment"}, self.shown(customer)
        )
        award = self.get(f"/my/network/commissions/{self.award.id}")
        self.assertEqual(award.status_code, 200)
        self.assertIn("20 %", award.text)

    def test_an_unknown_period_is_the_month(self):
        page = self.get("/my/network?period=%3Cscript%3E", "studio_login")
        self.assertIn('data-key="month" aria-current="true"', " ".join(page.text.split()))
        self.assertNotIn("<script>%", page.text)

    def test_another_partners_ids_answer_like_missing_ones(self):
        missing = 10**8
        self.authenticate("rival_login", "rival_login")
        for path, known in (
            ("/my/network/customers/%s", self.edge.id),
            ("/my/network/commissions/%s", self.award.id),
        ):
            answers = [self.get(path % number) for number in (known, missing)]
            self.assertEqual([answer.status_code for answer in answers], [404, 404], path)
            self.assertNotIn("Mia", answers[0].text)
        around = range(max(self.edge.id - 5, 1), self.edge.id + 5)
        for number in around:
            self.assertEqual(self.get(f"/my/network/customers/{number}").status_code, 404)

    def test_studio_staff_without_the_finance_role_see_no_money(self):
        desk = self.a_participant("Desk Test", parent_id=self.studio.id)
        self.a_login("desk_login", desk, DESK)
        page = self.get("/my/network?period=year", "desk_login")
        shown = self.shown(page)
        self.assertIn("clicks", shown)
        self.assertFalse(shown & {"revenue", "commission", "next_settlement", "states", "money"})
        self.assertNotIn("oe_currency_value", page.text)
        customer = self.get(f"/my/network/customers/{self.edge.id}")
        self.assertNotIn("oe_currency_value", customer.text)
        self.assertFalse(self.shown(customer) & {"accrual", "bill", "payment"})
        self.assertEqual(self.get(f"/my/network/commissions/{self.award.id}").status_code, 404)

    def test_staff_of_the_own_company_have_no_dashboard_of_partners(self):
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "rc_membership.group_program_manager"
        )
        answer = self.get("/my/network", "admin")
        self.assertTrue(answer.headers["Location"].endswith("/my/referrals"))

    def test_an_archived_login_sees_nothing(self):
        self.authenticate("studio_login", "studio_login")
        self.studio_user.active = False
        self.env.flush_all()
        answer = self.get("/my/network")
        self.assertNotEqual(answer.status_code, 200)

    def test_what_is_earned_without_an_invoice_is_shown_and_explained(self):
        self.a_plan_in_force(
            PLAN.replace(
                "{{id: standard, on: payment, pay: {{to: seller}}, rate: 20%}}",
                "{{id: join, on: signup, pay: {{to: sponsor, level: 1}}, rate: 1.50}}",
            ).replace("portal_test", "portal_join")
        )
        self.a_customer("Newcomer Test")
        award = self.env["rc.commission.award"].search([("rule", "=", "join")])
        self.assertFalse(award.move_id)
        page = self.get("/my/network", "studio_login").text
        self.assertIn(f"/my/network/commissions/{award.id}", page)
        page = self.get(f"/my/network/commissions/{award.id}").text
        for text in ("sign-up", "Fixed amount", "1.50"):
            self.assertIn(text, page)

    def test_customers_are_paged(self):
        for number in range(25):
            self.a_customer(f"Member {number}")
        page = self.get("/my/network/customers", "studio_login")
        self.assertEqual(page.text.count("/my/network/customers/page/2"), 2)
        self.assertNotIn("Mia C.", page.text)
        self.assertIn("Mia C.", self.get("/my/network/customers/page/2").text)

    def test_the_portal_home_leads_there_for_partners_only(self):
        self.a_portal_user("plain_member")
        self.assertIn('href="/my/network"', self.get("/my", "studio_login").text)
        self.assertNotIn('href="/my/network"', self.get("/my", "plain_member").text)
