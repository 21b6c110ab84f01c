from odoo import models


class RcMallItem(models.Model):
    _name = "rc.mall.item"
    _inherit = ["rc.mall.item", "rc.badge.source.mixin"]

    def _rc_get_badge_face(self):
        return self.shown_as or self.name, self.image_512
