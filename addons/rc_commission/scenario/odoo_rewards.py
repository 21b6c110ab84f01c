"""Rewards for referrals, on real records."""

from datetime import date, datetime
from decimal import Decimal

from .types import Event, Refused

STATES = ("held", "choice", "refused", "taken_back")


def get_names(rule) -> set[str]:
    """Return what a scenario may call a rule: its code; a rule of rewards by its name too."""
    names = {rule.code}
    return names | {rule.name} if rule._name == "rc.reward.rule" else names


class Rewards:
    """Events of :class:`OdooSide` about rewards."""

    def _review_rewards(self, at: datetime) -> None:
        """What was held and is due is given; clicks and activity are counted."""
        rewards = self.env["rc.reward"]
        held = rewards.search(
            [("company_id", "=", self.env.company.id), ("state", "=", "held")], order="id"
        )
        held._review(at)
        rules = self.env["rc.reward.rule"]
        timed = rules.search(
            [
                ("company_id", "=", self.env.company.id),
                ("metric", "in", ("clicks", "referred_activity")),
            ]
        )
        if timed:
            rules._apply_timed(self.env.company, timed.mapped("metric"), at)

    def _do_verify(self, event: Event, who: str, what: str) -> None:
        self.people[who]._rc_verify(what, event.at)

    def _do_choose(self, event: Event, who: str, option: str) -> None:
        """The oldest reward that waits for a choice; ``option`` is what is taken (days, cash …)."""
        partner = self.people[who]
        rewards = self.env["rc.reward"].search(
            [("partner_id", "=", partner.id), ("state", "=", "choice")], order="id", limit=1
        )
        if not rewards:
            raise Refused("not_eligible", f"{who} has nothing to choose")
        options = rewards.rule_id.option_ids.filtered(lambda o: o.kind == option)
        rewards._choose(partner, options, event.at)

    def _claim_mission(self, event: Event, who: str, code: str) -> bool:
        """Claim a mission there is; False for the name of one that only a plan knows."""
        program = self.env["rc.program"]._get_platform()
        mission = self.env["rc.mission"].search(
            [("code", "=", code), ("program_id", "=", program.id)]
        )
        if mission:
            mission._claim(self.people[who], event.at)
        return bool(mission)

    def _do_set_budget(self, event: Event, campaign: str, amount: Decimal) -> None:
        budget = self.env["rc.reward.budget"].search(
            [("campaign_id.name", "=", campaign), ("company_id", "=", self.env.company.id)]
        )
        if not budget:
            raise Refused("not_eligible", f"the campaign {campaign} has no budget")
        budget.amount = float(amount)


class RewardFigures:
    """Figures of rewards: how many of a kind somebody holds, or of a state there are."""

    def read_rewards(self, today: date, who: str, what: str) -> Decimal:
        field = "state" if what in STATES else "kind"
        domain = [
            ("partner_id", "=", self.people[who].id),
            ("company_id", "=", self.env.company.id),
            (field, "=", what),
        ]
        if field == "kind":
            domain.append(("state", "=", "given"))
        return Decimal(self.env["rc.reward"].search_count(domain))
