from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _rc_before_merge(self, sources, target):
        """What both contacts earned and when they checked in is of one person now."""
        super()._rc_before_merge(sources, target)
        # a merge is decided by its own rights
        self.env["rc.checkin"].sudo()._merge(sources, target)
        self.env["rc.point.counter"].sudo()._merge(sources, target)
        self.env["rc.mall.order"].sudo()._merge(sources, target)
        self.env["rc.poll.vote"].sudo()._merge(sources, target)
        self.env["rc.card"].sudo()._merge(sources, target)
