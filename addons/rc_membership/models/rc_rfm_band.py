from odoo import fields, models

DIMENSIONS = [
    ("recency", "Recency: days since the last purchase, at most"),
    ("frequency", "Frequency: orders, at least"),
    ("monetary", "Money: received without tax, at least"),
]


class RcRfmBand(models.Model):
    """One of five bands of recency, frequency or money, and the growth it scores."""

    _name = "rc.rfm.band"
    _description = "RFM Band"
    _order = "program_id, dimension, number desc"
    _rec_name = "number"
    _check_company_auto = True

    program_id = fields.Many2one("rc.program", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    dimension = fields.Selection(DIMENSIONS, required=True)
    number = fields.Integer("Band", required=True, help="5 is the best, 1 the lowest.")
    limit = fields.Float(
        digits=(16, 2),
        help="Whoever is within it is in the band, or a better one. The lowest band has no limit.",
    )
    score = fields.Integer(help="Growth for a period in this band; it may be negative.")

    _number_uniq = models.UniqueIndex(
        "(program_id, dimension, number)", "A program has each band once."
    )
    _number_in_five = models.Constraint(
        "CHECK (number BETWEEN 1 AND 5)", "There are five bands, from 1 to 5."
    )
    _limit_not_negative = models.Constraint('CHECK ("limit" >= 0)', "A limit is from zero.")
