from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_win_back_days = fields.Integer(
        "Ask Back after",
        default=14,
        help="Days after the end of a membership on which its member is asked back. 0: never.",
    )

    _rc_win_back_positive = models.Constraint(
        "CHECK (rc_win_back_days >= 0)", "Days to ask somebody back cannot be negative."
    )
