"""Missions about paying friends follow the money, as milestones do."""

from odoo import api, fields, models

from odoo.addons.rc_membership.adapters import company_zone
from odoo.addons.rc_membership.kernel.periods import utc_midnight

from .rc_reward import OPEN


class RcMission(models.Model):
    _inherit = "rc.mission"

    @api.model
    @api.private
    def _follow_money(self, edge, now):
        """Money of a referral moved: take back what its rounds reach no more, give again what they do.

        Missions that run no more, too: what they gave stands on the payment all the same.
        """
        rewards = self.env["rc.reward"].sudo()  # rewards are the system's
        claimed = rewards.search(
            [
                ("partner_id", "=", edge.sponsor_id.id),
                ("company_id", "=", edge.company_id.id),
                ("event", "=", "mission"),
                ("state", "in", ("given", "taken_back", *OPEN)),
            ]
        )
        for reward in claimed.filtered(lambda own: own._get_mission().metric == "paid"):
            mission = reward._get_mission()
            at = mission._get_round_start(reward.milestone.split(":")[1], now)
            if mission._get_progress(edge.sponsor_id, at) >= mission.target:
                reward._redo(now)
            else:
                reward._undo(now)

    def _get_round_start(self, label, now):
        if label == "once":
            return now
        return utc_midnight(fields.Date.to_date(label), company_zone(self.company_id))
