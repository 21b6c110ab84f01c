from datetime import date

from odoo.tests import HttpCase, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestPortal(CommissionCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.a_portal_user("com_lotus", "base.group_portal,rc_membership.group_partner")
        cls.user.partner_id.name = "Lotus Test"
        cls.friend = cls.bind(cls.a_member("Mia Hansen"), cls.user.partner_id)
        cls.sell(cls.friend)
        cls.stranger = cls.a_portal_user("com_stranger")

    def page(self, user, url):
        self.authenticate(user.login, user.login)
        return self.url_open(url)

    def test_a_payee_sees_amounts_explanations_and_short_names(self):
        text = self.page(self.user, "/my/commissions").text
        self.assertIn("You earn 20 % of $\xa025.00 net, because you sold it", text)
        self.assertIn("Mia H.,", text)
        self.assertNotIn("Hansen", text)

    def test_names_of_people_somebody_else_brought_stay_hidden(self):
        self.user.partner_id.rc_participant_role = "promoter"
        second = self.bind(self.a_member("Deep Secret"), self.friend)
        self.sell(second)
        text = self.page(self.user, "/my/commissions").text
        self.assertIn("A customer,", text)
        self.assertIn("the buyer is 2 levels below you", text)
        self.assertNotIn("Deep", text)

    def test_whoever_earned_nothing_is_told_what_to_do(self):
        text = self.page(self.stranger, "/my/commissions").text
        self.assertIn("Nothing earned yet", text)
        self.assertIn("/my/referrals", text)

    def test_a_statement_is_for_its_payee_and_unknown_to_others(self):
        settlement = self.settle(date(2026, 2, 15)).settlement_ids.filtered(
            lambda s: s.partner_id == self.user.partner_id
        )
        url = f"/my/commissions/settlements/{settlement.id}"
        answer = self.page(self.user, url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(settlement.name, answer.text)
        self.assertIn("Being checked", answer.text)
        self.assertIn(settlement.name, self.page(self.user, "/my/commissions/settlements").text)
        foreign = self.page(self.stranger, url)
        missing = self.page(self.stranger, "/my/commissions/settlements/999999999")
        self.assertEqual((foreign.status_code, missing.status_code), (404, 404))

    def test_a_state_filters_the_list(self):
        text = self.page(self.user, "/my/commissions?state=reversed").text
        self.assertIn("Nothing in this state.", text)

    def test_a_colleague_without_the_finance_role_sees_no_earnings_of_the_company(self):
        company = self.a_payee("Studio Co", "partner", is_company=True)
        self.sell(self.bind(self.a_member("Zoe"), company))
        clerk = self.a_portal_user("com_clerk", "base.group_portal,rc_membership.group_partner")
        finance = self.a_portal_user(
            "com_finance", "base.group_portal,rc_membership.group_partner_finance"
        )
        (clerk | finance).partner_id.parent_id = company
        self.assertIn("Nothing earned yet", self.page(clerk, "/my/commissions").text)
        self.assertIn("Studio Co earns 20 %", self.page(finance, "/my/commissions").text)

    def test_the_portal_home_leads_here(self):
        self.assertIn('href="/my/commissions"', self.page(self.user, "/my").text)
