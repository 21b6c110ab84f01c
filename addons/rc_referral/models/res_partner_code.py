from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_is_new(self):
        """Tell whether somebody is a new member: never had a plan, never paid an invoice."""
        self.ensure_one()
        plans = self.env["rc.subscription"].sudo()  # asked for members about themselves
        return not (
            plans.search_count([("partner_id", "=", self.id)], limit=1) or self._rc_get_paying()
        )
