from odoo import api, models


class RcPointAccount(models.Model):
    """A credit note that an accountant makes for an order of the counter gives points back too."""

    _inherit = "rc.point.account"

    @api.model
    def _read_spent_on(self, invoice):
        found = super()._read_spent_on(invoice)
        # the inbox works for any cashier
        for line in invoice.sudo().pos_order_ids.lines:
            if line._rc_is_paid_in_points():
                found[line._rc_get_account(), line.order_id] += line._rc_get_cost()
        return found

    @api.model
    def _get_notes(self, invoice):
        """A refund at the counter gave points back already, with the reward itself."""
        notes = super()._get_notes(invoice)
        return notes.filtered(lambda note: not note.sudo().pos_order_ids)  # see above
