from odoo import api, fields, models

LADDER = "patron"


class RcPackageLevel(models.Model):
    """What a rank of the patron ladder is worth: points of percent on packages, a pricelist."""

    _name = "rc.package.level"
    _description = "Patron Level"
    _order = "program_id, sequence, id"
    _check_company_auto = True
    _rec_name = "rank_code"

    program_id = fields.Many2one("rc.program", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    rank_code = fields.Char(
        "Rank", required=True, help="Code of a rank of the ladder patron: l1 … l4."
    )
    bonus_percent = fields.Float(
        "Bonus (Points of Percent)",
        digits=(16, 2),
        help="Added to the bonus rate of every package the member buys.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        ondelete="restrict",
        check_company=True,
        help="Events and services at the level's price. A pricelist set on the contact goes first.",
    )

    _rank_uniq = models.UniqueIndex("(program_id, rank_code)", "This rank has its level already.")
    _percent_range = models.Constraint(
        "CHECK (bonus_percent >= 0 AND bonus_percent <= 1000)",
        "The bonus is a percentage between 0 and 1000.",
    )

    @api.model
    @api.private
    def _get_of(self, partner, program):
        """Return the level of a member's rank in a program (empty: none)."""
        return self._get_of_all(partner, program)[partner.id]

    @api.model
    @api.private
    def _get_of_all(self, partners, program):
        """Return partner id → level of the rank held (maybe empty), set by set."""
        # a rank is read to price what its holder buys, whoever sells
        levels = {
            level.rank_code: level
            for level in self.sudo().search([("program_id", "=", program.id)])
        }
        ranks = partners.sudo()._rc_get_ranks(LADDER, program) if levels else {}
        return {
            partner_id: levels.get(ranks.get(partner_id), self.browse())
            for partner_id in partners.ids
        }
