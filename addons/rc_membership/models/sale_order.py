from odoo import models

from ..kernel.subscription import RUNNING


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _rc_is_membership_order(self):
        """True when an order sells a membership plan or an add-on."""
        products = self.order_line.product_id
        return bool(products.rc_tier_id or products.rc_entitlement_id)

    def _validate_order(self):
        """What costs nothing is invoiced at once: no payment will come that would start it.

        A discount of 100 %, points or a credit may cover all of it.
        """
        result = super()._validate_order()
        for order in self.sudo():  # a visitor or member who confirms what is free
            is_free = order.currency_id.is_zero(order.amount_total)
            if (
                is_free
                and order.state == "sale"
                and order._rc_is_membership_order()
                and order.invoice_status == "to invoice"
            ):
                order._create_invoices(final=True).action_post()
        return result

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
            is_used = line.rc_credit_charge_count != subscription._count_paid_changes()
            is_theirs = subscription.partner_id == line.order_id.partner_id
            if is_used or not is_theirs or subscription.state not in RUNNING:
                line.price_unit = 0
                line.order_id.message_post(
                    body=self.env._("The credit for unused days was used by another order.")
                )
