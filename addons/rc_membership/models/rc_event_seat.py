from odoo import api, models


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        names = super()._get_consumers(kind)
        return [*names, "seats"] if kind == "payment_changed" else names

    def _consume_seats(self):
        """Extra seats come with the money for them, and go with it."""
        move = self._get_record()
        invoices = move | move.reversed_entry_id
        for invoice in invoices.filtered(lambda m: m.move_type == "out_invoice"):
            self.env["rc.subscription"]._apply_seat_orders(invoice)
