from odoo import fields, models


class RcGuildAccount(models.Model):
    """A guild's balances: whole points, and its growth fund in money.

    The fund is a budget of the company: no member holds a share of it.
    """

    _name = "rc.guild.account"
    _description = "Guild Account"
    _inherit = ["rc.ledger.account.mixin"]
    _rec_name = "guild_id"
    _order = "id"

    _ledger_buckets = ("points", "fund")

    guild_id = fields.Many2one("rc.guild", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="guild_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="guild_id.currency_id")
    points = fields.Float(digits=(16, 0), readonly=True, default=0)
    fund = fields.Monetary(readonly=True, default=0)

    _guild_uniq = models.Constraint("UNIQUE (guild_id)", "A guild has one account.")
    _not_negative = models.Constraint(
        "CHECK (points >= 0 AND fund >= 0)", "A guild's balance cannot go below zero."
    )
    _whole_points = models.Constraint("CHECK (points = trunc(points))", "Points are whole.")
