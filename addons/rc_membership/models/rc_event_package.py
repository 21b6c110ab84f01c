from odoo import api, models


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        own = {"payment_changed": ["package"]}
        return super()._get_consumers(kind) + own.get(kind, [])

    def _consume_package(self):
        """Money moved on a customer document: packages give, or take back."""
        move = self._get_record()
        if move.is_sale_document():
            (move | move.reversed_entry_id)._rc_sync_packages(self.occurred_at)
