from odoo import models


class RcLadderRank(models.Model):
    _name = "rc.ladder.rank"
    _inherit = ["rc.ladder.rank", "rc.badge.source.mixin"]

    def _rc_get_badge_face(self):
        return self.name, self.badge
