from odoo import models


class RcPointEntry(models.Model):
    _inherit = "rc.point.entry"

    def _get_label(self):
        """The ledger keeps the words of the day; a member reads them in the own language."""
        self.ensure_one()
        if self.origin_model not in ("rc.guild.membership", "rc.guild.founding"):
            return super()._get_label()
        # a name only, of what the member's own entry is about
        return self.env[self.origin_model].sudo().browse(self.origin_id)._get_points_reason()
