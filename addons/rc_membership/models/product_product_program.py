"""The program that sells a product."""

from collections import defaultdict

from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _rc_get_programs(self):
        """Return product → the program whose plan, seat or package it is; none for other goods."""
        # who pays, or registers a payment, need not read plans
        programs = defaultdict(self.env["rc.program"].sudo().browse)
        for product in self.sudo():
            programs[product] = product.rc_tier_id.program_id or product.rc_package_id.program_id
        if self:
            # as above
            plans = self.env["product.template"].sudo().with_context(active_test=False)
            for plan in plans.search([("rc_seat_product_id", "in", self.ids)]):
                programs[plan.rc_seat_product_id] = plan.rc_tier_id.program_id
        return programs
