from odoo import api, models


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return [*consumers, "entitlements"] if kind == "payment_changed" else consumers

    def _consume_entitlements(self):
        move = self._get_record()
        if move.is_sale_document():
            (move | move.reversed_entry_id)._rc_follow_addons()
