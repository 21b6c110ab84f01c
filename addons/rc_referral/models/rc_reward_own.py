from odoo import api, models

from .rc_reward_rule import KEY_PREFIX


class RcReward(models.Model):
    _inherit = "rc.reward"

    @api.model
    @api.private
    def _open_own(
        self, event, origin, milestone, partner, at, now=None, gift=None, title=None, is_place=False
    ):
        """Give somebody what they earned themselves, once for a milestone; return the reward.

        :param event: ``mission``, ``pieces``, ``board``
        :param origin: what it comes from, and what gives it unless there is a ``gift``
        :param is_place: the milestone is a place that only one person can have
        """
        whose = "own" if is_place else f"own:{partner.id}"
        return self._open(
            f"{KEY_PREFIX}|{event}|{origin.company_id.id}/{milestone}|{whose}",
            partner,
            gift or origin,
            at,
            now or at,
            beneficiary="own",
            event=event,
            milestone=milestone,
            title=title or origin.name,
            origin=origin,
        )
