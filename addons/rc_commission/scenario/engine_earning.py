"""What members do, for the engine alone: it counts for their sponsors, and may bring a tier."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.addons.rc_membership.kernel.earning import Streak, next_streak
from odoo.addons.rc_membership.kernel.periods import Period, add_months
from odoo.addons.rc_referral.kernel.rewards import BY_OTHERS

from .common import NOT_MINE
from .money import digits_of
from .types import Event, Refused

STREAK_RULE, STREAK_DAYS, STREAK_TIER = "streak_7", 7, "pro"

# shipped reward rules that give cash
CASH_RULES = frozenset(
    {
        "promoter_sign_up",
        "promoter_ultimate",
        "promoter_50_sign_ups",
        "paid_choice",
        "venue_first",
        "milestone_5",
        "milestone_10",
        "milestone_3_cash",
        "clicks_1000",
        "promoter_renewal",
        "venue_percent",
        "venue_renewal",
        "shopping_cash",
    }
)
CONVERTED = Decimal(100)  # points for one unit of the currency, as shipped
# shipped items of the mall that give a tier: code → (tier, days)
MALL_DAYS = {"pro-30": ("pro", 30), "premium-7": ("premium", 7)}


class Earning:
    """Events of :class:`EngineSide` about what members do. Points themselves are the ledger's."""

    check_ins: dict[str, tuple[date, Streak]]  # person → last day and streak

    def _do_activity(self, event: Event, who: str, kind: str, count: int = 1, **details) -> None:
        sponsor = self.world.sponsors.get(who)
        if sponsor and kind not in BY_OTHERS:
            self.world.count("referred_activity", sponsor, event.today, count)

    def _do_check_in(self, event: Event, who: str, program: str = "") -> object:
        if program:  # a partner's own: its points and tiers are none of the plans'
            self._do_activity(event, who, "check_in")
            return NOT_MINE
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
        return None

    def _do_mall(self, event: Event, who: str, item: str, key: str) -> object:
        """Whether there are points enough is the ledger's; what is given changes the tier."""
        if event.fails or item not in MALL_DAYS:
            return NOT_MINE
        tier, days = MALL_DAYS[item]
        period = Period(event.today, event.today + timedelta(days=days))
        self.members.cover(who, tier, period)
        self._show_tier(who)
        return None

    def _do_convert_points(self, event: Event, who: str, amount: int) -> object:
        """As above; what is converted is owed at once."""
        if event.fails:
            return NOT_MINE
        currency = self.scenario.currency
        coins = 10 ** digits_of(currency)
        money = Decimal(int(amount * coins / CONVERTED)) / coins
        self.replay.owe(who, currency, money, event.today)
        return None
