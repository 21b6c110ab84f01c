from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _rc_get_member(self):
        """An invoice of the counter is for the customer of its order, not its invoice address."""
        is_ordered = self.rc_subscription_id or self.line_ids.sale_line_ids
        # whoever works off the inbox, or reads an invoice, needs no rights on the counter
        customer = self.sudo().pos_order_ids[:1].partner_id
        return customer if customer and not is_ordered else super()._rc_get_member()
