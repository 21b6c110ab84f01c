"""A member's own rewards: what was given and why, what is to be chosen, how far to the next."""

from odoo import fields
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.rc_membership.exceptions import Refusal

SHOWN = 60
ICONS = {
    "points": "fa-star-o",
    "cash": "fa-money",
    "coupon": "fa-ticket",
    "days": "fa-calendar-plus-o",
    "card": "fa-id-card-o",
    "codes": "fa-key",
    "right": "fa-unlock-alt",
    "item": "fa-gift",
    "draw": "fa-random",
    "badge": "fa-trophy",
    "pricelist": "fa-tags",
}
TONES = {
    "given": "success",
    "held": "warning",
    "choice": "accent",
    "taken_back": "neutral",
    "refused": "neutral",
}


class RewardPortal(CustomerPortal):
    @route("/my/referrals/rewards", type="http", auth="user", website=True, sitemap=False)
    def rc_my_rewards(self, **_params):
        return request.render("rc_referral.portal_my_rewards", self._rc_reward_values())

    @route(
        "/my/referrals/rewards/<int:reward_id>/choose",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_choose_reward(self, reward_id, option="", **_params):
        reward = self._rc_get_rewards([("id", "=", reward_id)])
        if not reward:
            raise request.not_found()
        options = reward.rule_id.option_ids
        chosen = options.filtered(lambda o: str(o.id) == option)
        try:
            reward._choose(request.env.user.partner_id, chosen, fields.Datetime.now())
        except Refusal as refusal:
            values = {**self._rc_reward_values(), "error": str(refusal)}
            return request.render("rc_referral.portal_my_rewards", values)
        return request.redirect("/my/referrals/rewards")

    def _rc_get_rewards(self, domain=()):
        """Return rewards of the user; members have no rights on them, every search has the owner."""
        rewards = request.env["rc.reward"].sudo()  # the owner is in the domain
        own = [
            ("partner_id", "=", request.env.user.partner_id.id),
            ("company_id", "=", request.env.company.id),
        ]
        return rewards.search([*own, *domain])

    def _rc_reward_values(self):
        rewards = self._rc_get_rewards()
        given = rewards.filtered(lambda r: r.state == "given")
        return {
            "page_name": "referrals",
            "rewards": rewards[:SHOWN],
            "choices": rewards.filtered(lambda r: r.state == "choice"),
            "coupons": given.filtered(lambda r: r.card_id.points >= 1),
            "points": sum(given.filtered(lambda r: r.kind == "points").mapped("points")),
            "given_count": len(given),
            "waiting_count": len(rewards.filtered(lambda r: r.state in ("held", "choice"))),
            "goals": self._rc_get_goals(),
            "icons": ICONS,
            "tones": TONES,
            "labels": dict(rewards._fields["state"]._description_selection(request.env)),
            "rank": self._rc_get_referral_rank(),
            "error": "",
        }

    def _rc_get_goals(self):
        """Return the milestones somebody is on the way to, nearest first."""
        partner, now = request.env.user.partner_id.sudo(), fields.Datetime.now()
        rules = request.env["rc.reward.rule"].sudo()  # members may know the rules
        today = fields.Date.context_today(request.env.user)
        goals = []
        for rule in rules._get_milestone_rules(partner, request.env.company, today):
            figure, goal = rule._get_goal(partner, now)
            if goal:
                goals.append(
                    {
                        "rule": rule,
                        "label": f"{rule.name} · {rule.gift_text}",
                        "value": figure,
                        "max": goal,
                        "text": f"{figure} / {goal}",
                    }
                )
        return sorted(goals, key=lambda g: (-g["value"] / g["max"], g["max"]))

    def _rc_get_referral_rank(self):
        """Return the rank on the referral ladder (empty if none)."""
        program = request.env["rc.program"].sudo()._get_platform()  # its name is public
        partner = request.env.user.partner_id.sudo()  # the own rank
        if not program:
            return None
        ladder = request.env["rc.ladder"].sudo()._find("referral", program)  # as above
        code = partner._rc_get_ranks("referral", program).get(partner.id) if ladder else None
        return ladder.rank_ids.filtered(lambda r: r.code == code) if code else None
