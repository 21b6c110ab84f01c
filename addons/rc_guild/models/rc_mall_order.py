from odoo import models


class RcMallOrder(models.Model):
    _inherit = "rc.mall.order"

    def _deliver_virtual(self):
        result = super()._deliver_virtual()
        if self.item_id.virtual_kind == "badge":
            self.item_id._rc_show_badge(self.partner_id, self.item_id)
        return result

    def _return_virtual(self, today):
        result = super()._return_virtual(today)
        if self.item_id.virtual_kind == "badge":
            self.env["rc.mall.item"]._rc_show_badge(self.partner_id, self.item_id)
        return result
