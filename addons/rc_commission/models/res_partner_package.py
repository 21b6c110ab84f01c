from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_get_joined_on(self, company):
        """The day somebody joined, where it is known, goes before that of the contact."""
        self.ensure_one()
        # whoever sells need not read when somebody joined
        return self.sudo().rc_joined_on or super()._rc_get_joined_on(company)
