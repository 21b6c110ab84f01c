from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _rc_is_membership_order(self):
        """A founding fee is invoiced as soon as it is paid, like a membership."""
        return super()._rc_is_membership_order() or bool(self._rc_get_foundings())

    def _rc_get_foundings(self):
        # whoever pays or cancels an order needs no rights on foundings
        return self.env["rc.guild.founding"].sudo().search([("order_id", "in", self.ids)])

    def _rc_is_paid_in_full(self):
        """True when posted invoices bill the whole order and each is paid and not credited."""
        self.ensure_one()
        invoices = self.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )
        billed = sum(invoices.mapped("amount_total"))
        return (
            bool(invoices)
            and all(move._rc_is_paid_and_kept() for move in invoices)
            and self.currency_id.compare_amounts(billed, self.amount_total) >= 0
        )

    def _action_cancel(self):
        result = super()._action_cancel()
        foundings = self._rc_get_foundings().filtered(lambda f: f.state == "waiting")
        foundings._update_state(("waiting",), "cancelled")
        return result
