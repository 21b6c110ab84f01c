from odoo import fields, models


class RcProgram(models.Model):
    _inherit = "rc.program"

    gift_day_max = fields.Integer(
        "Gifts a Day", default=1000, help="Points a member may give away in a day. Zero: none."
    )
    gift_month_max = fields.Integer(
        "Gifts a Month", default=5000, help="Points a member may give away in a month. Zero: none."
    )
    convert_points = fields.Integer(
        "Points to Convert",
        default=1000,
        help="So many earned points are worth the amount beside; fewer cannot be converted.",
    )
    convert_amount = fields.Monetary("Worth", default=10)
    convert_tier_id = fields.Many2one(
        "rc.tier",
        "Conversion from Tier",
        ondelete="set null",
        domain="[('program_id', '=', id)]",
        help="Members of this tier or a higher one convert points to cash. Empty: nobody.",
    )

    _rc_earn_not_negative = models.Constraint(
        "CHECK (gift_day_max >= 0 AND gift_month_max >= 0 AND convert_points >= 0"
        " AND convert_amount >= 0)",
        "Limits of gifts and conversions cannot be negative.",
    )
