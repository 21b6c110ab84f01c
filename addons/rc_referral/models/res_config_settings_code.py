from odoo import fields, models

from .rc_code_discount import PERCENT_FREE, PERCENT_PAYING


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_restore_uses = fields.Selection(
        [
            ("never", "Never"),
            ("cancelled", "When the order is cancelled"),
            ("refunded", "When it is cancelled or refunded in full"),
        ],
        "Give Back a Code's Use",
        config_parameter="rc_referral.restore_uses",
        default="cancelled",
        help="An order gives back the use of its code once.",
    )
    rc_discount_free = fields.Integer(
        "Free Members up to",
        config_parameter="rc_referral.discount_free",
        default=PERCENT_FREE,
    )
    rc_discount_paying = fields.Integer(
        "Paying Members up to",
        config_parameter="rc_referral.discount_paying",
        default=PERCENT_PAYING,
    )
    rc_reserved_codes = fields.Char(
        "Reserved Words",
        config_parameter="rc_referral.reserved_codes",
        help="Separated by commas. Nobody can claim a code with one of them.",
    )
