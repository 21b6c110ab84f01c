from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _rc_before_merge(self, sources, target):
        """A contact has one invitation page: the target's, else the newest of the others."""
        super()._rc_before_merge(sources, target)
        # a merge moves what its user may not see
        pages = (
            self.env["rc.share.page"].sudo().search([("partner_id", "in", (sources + target).ids)])
        )
        kept = pages.filtered(lambda page: page.partner_id == target) or pages
        (pages - kept[:1]).unlink()
