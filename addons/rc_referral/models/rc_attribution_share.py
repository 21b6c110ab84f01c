from fractions import Fraction

from odoo import api, fields, models


class RcAttributionShare(models.Model):
    """A part of an order that somebody is paid for, where the winner is not paid for all of it."""

    _name = "rc.attribution.share"
    _description = "Attribution Share"
    _order = "attribution_id, id"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    attribution_id = fields.Many2one(
        "rc.attribution", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Participant", required=True, readonly=True, ondelete="restrict", index=True
    )
    # a third is no decimal number: parts are kept as they are and add up to exactly 1
    numerator = fields.Integer(required=True, readonly=True)
    denominator = fields.Integer(required=True, readonly=True)
    percent = fields.Float("Part", compute="_compute_percent", digits=(5, 2))
    company_id = fields.Many2one(related="attribution_id.company_id", store=True, index=True)

    _is_part = models.Constraint(
        "CHECK (numerator > 0 AND denominator > 0 AND numerator <= denominator)",
        "A part is more than nothing and not more than all.",
    )

    @api.depends("numerator", "denominator")
    def _compute_percent(self):
        for share in self:
            share.percent = float(100 * share._get_fraction()) if share.denominator else 0

    def _get_fraction(self):
        return Fraction(self.numerator, self.denominator)
