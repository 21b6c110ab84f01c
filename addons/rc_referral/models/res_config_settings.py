from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..adapters_attribution import LEAD_WINDOW_DAYS_DEFAULT, WINDOW_DAYS_DEFAULT
from .rc_deal import DEAL_DAYS_DEFAULT
from .rc_touch_retention import TOUCH_DAYS_DEFAULT
from .utm_campaign import MODELS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_window_days = fields.Integer(
        "Attribution Window",
        config_parameter="rc_referral.window_days",
        default=WINDOW_DAYS_DEFAULT,
        help="How many days a click or a typed code counts (1 to 365).",
    )
    rc_link_model = fields.Selection(
        MODELS,
        "Of Several Links",
        config_parameter="rc_referral.link_model",
        default="last_touch",
    )
    rc_cookie_type = fields.Selection(
        [
            ("optional", "Optional: only with the visitor's consent"),
            ("required", "Required: always set"),
        ],
        "Referral Cookie",
        config_parameter="rc_referral.cookie_type",
        default="optional",
        help="Category in the website's cookies bar. Without consent only typed codes count.",
    )

    rc_lead_window_days = fields.Integer(
        "Window of Registered Leads",
        config_parameter="rc_referral.lead_window_days",
        default=LEAD_WINDOW_DAYS_DEFAULT,
        help="How many days a code counts that staff typed on a lead (1 to 1095).",
    )
    rc_deal_days = fields.Integer(
        "Deals Count",
        config_parameter="rc_referral.deal_days",
        default=DEAL_DAYS_DEFAULT,
        help="How many days an approved deal counts.",
    )
    rc_paid_by = fields.Selection(
        [
            ("winner", "Who brought the order"),
            ("sponsor", "The buyer's sponsor"),
            ("half", "Both, one half each"),
        ],
        "Who Is Paid",
        config_parameter="rc_referral.paid_by",
        default="winner",
        help="Where somebody else than the buyer's sponsor brought an order, by a code or coupon.",
    )
    rc_new_customers_only = fields.Boolean(
        "New Customers Only",
        config_parameter="rc_referral.new_customers_only",
        help="Links and coupons bring nobody who has bought before.",
    )
    rc_touch_days = fields.Integer(
        "Clicks Are Kept",
        config_parameter="rc_referral.touch_days",
        default=TOUCH_DAYS_DEFAULT,
        help="After so many days a click is deleted. Never less than the attribution window.",
    )

    @api.constrains("rc_window_days")
    def _check_rc_window_days(self):
        for settings in self:
            if not 1 <= settings.rc_window_days <= 365:
                raise ValidationError(self.env._("The attribution window has 1 to 365 days."))
