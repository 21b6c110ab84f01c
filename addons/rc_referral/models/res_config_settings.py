from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..adapters import WINDOW_DAYS_DEFAULT


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_window_days = fields.Integer(
        "Attribution Window",
        config_parameter="rc_referral.window_days",
        default=WINDOW_DAYS_DEFAULT,
        help="How many days a click or a typed code counts (1 to 365).",
    )
    rc_link_model = fields.Selection(
        [("last_touch", "The last one"), ("first_touch", "The first one")],
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

    @api.constrains("rc_window_days")
    def _check_rc_window_days(self):
        for settings in self:
            if not 1 <= settings.rc_window_days <= 365:
                raise ValidationError(self.env._("The attribution window has 1 to 365 days."))
