from odoo import fields, models


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    rc_program_ids = fields.One2many(
        "rc.program", "loyalty_program_id", "Membership Program", readonly=True
    )
