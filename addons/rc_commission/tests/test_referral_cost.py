from odoo.tests import tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestReferralCost(CommissionCase):
    def cost(self):
        self.env.invalidate_all()
        groups = self.env["rc.referral.funnel"].formatted_read_group(
            [("partner_id", "in", (self.studio + self.sara.partner_id).ids)],
            ["partner_id"],
            ["sales:sum", "cost:sum", "roi:avg"],
        )
        return {
            group["partner_id"][1]: (group["sales:sum"], group["cost:sum"], group["roi:avg"])
            for group in groups
        }

    def test_commissions_are_what_referrals_cost(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer, user=self.sara)
        sara = self.sara.partner_id.display_name
        self.assertEqual(self.cost(), {"Studio Test": (25.0, 5.0, 5.0), sara: (0.0, 2.5, 0.0)})
        self.give_back(invoice, 10)
        self.assertEqual(self.cost(), {"Studio Test": (15.0, 3.0, 5.0), sara: (0.0, 1.5, 0.0)})

    def test_commissions_on_whoever_came_by_themselves_are_no_cost_of_referrals(self):
        self.sell(self.a_member("Alone"), user=self.sara)
        self.assertEqual(self.cost(), {})
