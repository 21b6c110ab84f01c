from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_grace_days = fields.Integer(
        "Grace Days", default=7, help="Days an unpaid membership keeps its tier."
    )

    _rc_grace_days_positive = models.Constraint(
        "CHECK (rc_grace_days >= 0)", "Grace days cannot be negative."
    )
