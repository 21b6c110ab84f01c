from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..adapters_attribution import LEAD_WINDOW_DAYS_MAX, WINDOW_DAYS_MAX
from .rc_code_limit import LIMIT_MAX

MODELS = [
    ("last_touch", "The last link"),
    ("first_touch", "The first link"),
    ("code_entered", "A code written on the page, else the last link"),
    ("coupon_wins", "A coupon, else the last link"),
    ("linear", "Equal parts to everybody who brought the visitor"),
    ("position", "40 % to the first, 40 % to the last, the rest to those between"),
]


# what decides who is paid and what participants may share
SETTINGS = {
    "rc_attribution_model",
    "rc_window_days",
    "rc_lead_window_days",
    "rc_coupon_above_deal",
    "rc_new_customers_only",
    "rc_use_limit",
    "rc_is_open",
    "rc_landing_page_id",
    "rc_share_text",
}


class UtmCampaign(models.Model):
    _inherit = "utm.campaign"

    rc_attribution_model = fields.Selection(
        MODELS,
        "Of Several Links",
        help="Who wins when a visitor came by links of several participants. Empty: as the settings "
        "say. Typed codes, activations, deals and coupons stand above links whatever the model.",
    )
    rc_window_days = fields.Integer(
        "Attribution Window",
        help="How many days a click or a code of this campaign counts (1 to 365). 0: as the settings "
        "say.",
    )
    rc_lead_window_days = fields.Integer(
        "Window of Registered Leads",
        help="How many days a code counts that staff typed on a lead. 0: as the settings say.",
    )
    rc_coupon_above_deal = fields.Boolean(
        "Coupons above Deals",
        help="The owner of a coupon wins against a registered deal.",
    )
    rc_new_customers_only = fields.Boolean(
        "New Customers Only",
        help="Links and coupons of this campaign bring nobody who has bought before.",
    )

    rc_use_limit = fields.Integer(
        "Uses in All",
        help="How often all codes of the campaign together can be used. 0: no limit.",
    )

    _rc_use_limit_in_range = models.Constraint(
        f"CHECK (rc_use_limit IS NULL OR (rc_use_limit >= 0 AND rc_use_limit <= {LIMIT_MAX}))",
        f"A limit is a number from 0 (no limit) to {LIMIT_MAX}.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        names = {name for vals in vals_list for name, value in vals.items() if value}
        names |= {key.removeprefix("default_") for key in self.env.context}
        self._rc_check_may_set(names)
        return super().create(vals_list)

    def write(self, vals):
        self._rc_check_may_set(set(vals))
        return super().write(vals)

    @api.constrains("rc_use_limit")
    def _check_rc_use_limit(self):
        """Places beyond a lower limit may be taken: what was used under a limit is only raised."""
        uses = self.env["rc.code.use"].sudo()  # counting alone
        for campaign in self.filtered("rc_use_limit"):
            last = uses.search(
                [("campaign_id", "=", campaign.id), ("campaign_slot", "!=", False)],
                order="campaign_slot desc",
                limit=1,
            )
            if last.campaign_slot > campaign.rc_use_limit:
                raise ValidationError(
                    self.env._(
                        "Codes of “%s” were used under its limit. Raise the limit, or end the codes "
                        "by a date.",
                        campaign.title,
                    )
                )

    def _rc_check_may_set(self, names):
        """Odoo lets every employee write campaigns; who is paid is for program managers to say."""
        manager = "rc_membership.group_program_manager"
        if names & SETTINGS and not (self.env.su or self.env.user.has_group(manager)):
            raise AccessError(
                self.env._(
                    "Only a program manager decides how a campaign attributes and is shared."
                )
            )

    @api.constrains("rc_window_days", "rc_lead_window_days")
    def _check_rc_windows(self):
        for campaign in self:
            if not 0 <= campaign.rc_window_days <= WINDOW_DAYS_MAX:
                raise ValidationError(self.env._("The attribution window has 1 to 365 days."))
            if not 0 <= campaign.rc_lead_window_days <= LEAD_WINDOW_DAYS_MAX:
                raise ValidationError(
                    self.env._(
                        "The window of registered leads has 1 to %s days.", LEAD_WINDOW_DAYS_MAX
                    )
                )
