"""The screens in a browser, as the people who use them."""

from odoo.tests import HttpCase, tagged

from .test_why import WhyCase


@tagged("post_install", "-at_install")
class TestScreensTour(WhyCase, HttpCase):
    def test_a_salesperson_sees_what_a_quotation_would_pay_them(self):
        order = self.an_offer(self.cy, user=self.sara)
        url = f"/odoo/action-sale.action_quotations_with_onboarding/{order.id}"
        self.start_tour(url, "rc_commission_estimate", login=self.sara.login)

    def test_a_program_manager_grants_a_rank(self):
        row = self.env(user=self.manager)["rc.commission.standing"].search(
            [("partner_id", "=", self.bob.id), ("ladder", "=", "promoter")]
        )
        url = f"/odoo/action-rc_commission.rc_commission_standing_action/{row.id}"
        self.start_tour(url, "rc_commission_grant", login=self.manager.login)
        ranks = self.env["rc.commission.rank"]._get_current(self.env.company, self.bob, "promoter")
        self.assertEqual(ranks, {self.bob.id: "elite"})
