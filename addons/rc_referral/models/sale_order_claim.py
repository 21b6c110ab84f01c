from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_rc_claim(self):
        """Say that this order was somebody else's work: the form of a claim opens."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.attribution.claim",
            "views": [(False, "form")],
            "context": {"default_order_id": self.id},
        }
