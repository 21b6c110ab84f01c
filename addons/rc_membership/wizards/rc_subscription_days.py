import uuid

from odoo import fields, models

from ..adapters import local_day
from ..exceptions import Refusal


class RcSubscriptionDays(models.TransientModel):
    """A manager gives days of a tier, or a tier without end."""

    _name = "rc.subscription.days"
    _description = "Give Days of a Tier"

    partner_id = fields.Many2one("res.partner", "Member", required=True)
    tier_id = fields.Many2one("rc.tier", required=True)
    is_endless = fields.Boolean("Without End")
    days = fields.Integer(default=30)
    reason = fields.Char(required=True)
    # a second press of the button gives nothing more
    key = fields.Char(default=lambda self: f"manager:{uuid.uuid4()}", required=True)

    def action_give(self):
        self.env["rc.subscription"]._check_manager()
        self.tier_id.check_access("read")
        if not self.is_endless and not 0 < self.days <= 3660:
            raise Refusal(self.env._("Give between 1 day and ten years."), "limit_reached")
        today = local_day(fields.Datetime.now(), self.tier_id.company_id)
        if self.is_endless:
            self.env["rc.tier.cover"]._give(
                self.partner_id, self.tier_id, today, None, "grant", self.key, reason=self.reason
            )
        else:
            self.env["rc.subscription"]._give_days(
                self.partner_id,
                self.tier_id,
                self.days,
                self.key,
                self.reason,
                on=today,
                kind="grant",
            )
        return {"type": "ir.actions.act_window_close"}
