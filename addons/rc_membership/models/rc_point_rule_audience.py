"""Earning rules for some members only."""

from odoo import models


class RcPointRule(models.Model):
    _name = "rc.point.rule"
    _inherit = ["rc.point.rule", "rc.audience.mixin"]

    def _is_for(self, partner, day):
        """Of some members, also by what they are: the tiers are asked first."""
        return super()._is_for(partner, day) and self._includes(partner)
