from odoo.tests import tagged

from odoo.addons.rc_membership.tests.common import OnBothSizes

from .common import ReferralHttpCase


@tagged("post_install", "-at_install")
class TestTours(OnBothSizes, ReferralHttpCase):
    """A visitor clicks, looks around and signs up."""

    def walk(self):
        self.env["ir.config_parameter"].set_param("auth_password_policy.minlength", "8")
        self.start_tour("/ref/STUDIOTEST", "rc_referral_click_to_sign_up", login=None)
        member = self.env["res.partner"].search([("name", "=", "Tour Visitor")])
        self.assertEqual(member.rc_sponsor_id, self.studio)
        self.drain()
        self.assertEqual(self.lead_of(member).rc_code_id, self.code)


@tagged("post_install", "-at_install")
class TestQuotationTour(ReferralHttpCase):
    def test_staff_type_a_code_on_a_quotation(self):
        order = self.an_order(self.a_participant("Tour Buyer"))
        self.env.ref("base.user_admin").group_ids += self.env.ref("rc_membership.group_salesperson")
        self.start_tour(f"/odoo/sales/{order.id}", "rc_referral_code_on_quotation", login="admin")
        self.assertEqual(order.rc_typed_code_id, self.code)
