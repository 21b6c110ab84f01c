"""Clicks (CPC) and sign-ups (CPA) are paid by the reward rule or by a plan, never by both."""

from odoo import api, models

from ..adapters import local_day
from ..kernel.plan_check import pays_cash


class RcReward(models.Model):
    _inherit = "rc.reward"

    def _give(self, at, now):
        """What a plan in force pays is handed to it; the reward says so and gives nothing.

        Decided when the reward would be given, once: a plan that comes later pays what comes later.
        """
        if not self._is_paid_by_plan():
            return super()._give(at, now)
        self.write({"state": "refused", "why": "plan"})
        if self.rule_id.metric == "clicks":
            key = f"rc.reward:{self.id}:clicks"
            self.env["rc.event"]._push(key, "clicks_counted", self, self.occurred_at)
        return None

    def _is_paid_by_plan(self):
        """True for a count of clicks, or cash for a sign-up, that a plan in force pays for."""
        self.ensure_one()
        if self.event == "milestone" and self.rule_id.metric == "clicks":
            trigger, is_own = "clicks", True
        elif self.event == "sign_up" and self.kind == "cash":
            trigger, is_own = "signup", self.beneficiary == "referee"
        else:
            return False
        on = local_day(self.occurred_at, self.company_id)
        role = self.partner_id._rc_get_roles()[self.partner_id.id]
        versions = self.env["rc.commission.plan"]._get_versions_in_force(self.company_id, on)
        return any(pays_cash(version._parse(), trigger, role, is_own) for version in versions)

    @api.model
    def _get_why_texts(self):
        plan = {"plan": self.env._("the compensation plan pays for it")}
        return super()._get_why_texts() | plan


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return consumers + {"clicks_counted": ["commission_clicks"]}.get(kind, [])

    def _consume_commission_clicks(self):
        """A thousand valid clicks were counted: plans pay whose codes were clicked."""
        reward = self._get_record()
        company = reward.company_id
        on = local_day(self.occurred_at, company)
        engine = self.env["rc.commission.engine"]
        engine._happen("clicks", reward.partner_id, on, f"rc.reward:{reward.id}", company)
