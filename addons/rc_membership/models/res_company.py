from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_grace_days = fields.Integer(
        "Grace Days", default=7, help="Days an unpaid membership keeps its tier."
    )

    rc_win_back_days = fields.Integer(
        "Ask Back after",
        default=14,
        help="Days after the end of a membership on which its member is asked back. 0: never.",
    )

    _rc_win_back_positive = models.Constraint(
        "CHECK (rc_win_back_days >= 0)", "Days to ask somebody back cannot be negative."
    )
    _rc_grace_days_positive = models.Constraint(
        "CHECK (rc_grace_days >= 0)", "Grace days cannot be negative."
    )
