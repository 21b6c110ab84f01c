from odoo import models


class RcMemberRank(models.Model):
    _inherit = "rc.member.rank"

    def _follow(self):
        """Whoever rises or falls wears the badge of the rank held now."""
        super()._follow()
        for row in self.filtered("is_current"):
            row.rank_id._rc_show_badge(row.partner_id, row.ladder_id.rank_ids)
