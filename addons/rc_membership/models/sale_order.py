from odoo import models

from ..kernel.subscription import RUNNING


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _rc_is_membership_order(self):
        """True when an order sells a membership plan."""
        return bool(self.order_line.product_id.rc_tier_id)

    def action_confirm(self):
        self._rc_check_credits()
        result = super().action_confirm()
        for order in self:
            # the inbox belongs to the system; buyers and salespeople need no rights on it
            self.env["rc.event"].sudo()._push(
                f"sale.order:{order.id}:confirmed", "order_confirmed", order
            )
        return result

    def _rc_check_credits(self):
        """Take a credit for unused days off an order when those days were credited elsewhere."""
        # whoever confirms: what a member has is the system's to know
        for line in self.sudo().order_line.filtered("rc_credit_subscription_id"):
            subscription = line.rc_credit_subscription_id
            is_used = line.rc_credit_charge_count != len(subscription.charge_ids)
            if is_used or subscription.state not in RUNNING:
                line.price_unit = 0
                line.order_id.message_post(
                    body=self.env._("The credit for unused days was used by another order.")
                )
