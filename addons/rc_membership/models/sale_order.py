from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _rc_is_membership_order(self):
        """True when an order sells a membership plan."""
        return bool(self.order_line.product_id.rc_tier_id)

    def action_confirm(self):
        result = super().action_confirm()
        for order in self:
            # the inbox belongs to the system; buyers and salespeople need no rights on it
            self.env["rc.event"].sudo()._push(
                f"sale.order:{order.id}:confirmed", "order_confirmed", order
            )
        return result
