"""What members do, for the engine alone: it counts for their sponsors, and may bring a tier."""

from datetime import date

from odoo.addons.rc_membership.kernel.earning import Streak, next_streak
from odoo.addons.rc_membership.kernel.periods import Period, add_months

from .types import Event, Refused

STREAK_RULE, STREAK_DAYS, STREAK_TIER = "streak_7", 7, "pro"


class Earning:
    """Events of :class:`EngineSide` about what members do. Points themselves are the ledger's."""

    check_ins: dict[str, tuple[date, Streak]]  # person → last day and streak

    def _do_activity(self, event: Event, who: str, kind: str, count: int = 1, **details) -> None:
        sponsor = self.world.sponsors.get(who)
        if sponsor:
            self.world.count("referred_activity", sponsor, event.today, count)

    def _do_check_in(self, event: Event, who: str) -> None:
        last, known = self.check_ins.get(who, (None, None))
        if last == event.today:
            raise Refused("limit_reached", f"{who} checked in already")
        streak = next_streak(last, known, event.today)
        self.check_ins[who] = (event.today, streak)
        if streak.days == STREAK_DAYS and STREAK_RULE in self.scenario.rules:
            period = Period(event.today, add_months(event.today, 1))
            self.members.cover(who, STREAK_TIER, period)
            self._show_tier(who)
        self._do_activity(event, who, "check_in")
