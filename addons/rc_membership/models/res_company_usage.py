from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_quota_near_percent = fields.Integer(
        "Near a Quota from",
        default=80,
        help="Percent of a quota used from which a member is listed; 0: nobody is.",
    )
    rc_quota_near_action = fields.Selection(
        [
            ("list", "List them only"),
            ("activity", "Activity for the salesperson"),
            ("mail", "Mail to the member"),
        ],
        "When a Member is Near a Quota",
        default="list",
        required=True,
    )

    _rc_quota_near_percent_range = models.Constraint(
        "CHECK (rc_quota_near_percent BETWEEN 0 AND 100)", "A percentage lies between 0 and 100."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_quota_near_percent = fields.Integer(
        related="company_id.rc_quota_near_percent", readonly=False
    )
    rc_quota_near_action = fields.Selection(
        related="company_id.rc_quota_near_action", readonly=False
    )
