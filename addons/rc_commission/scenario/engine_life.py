"""The life of memberships for the engine alone: the same decisions, in memory."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.proration import Offer, change_at, unused_credit

from .money import digits_of
from .types import Event, Refused
from .vocabulary import TIERS


class Life:
    """Events and figures of :class:`EngineSide` about plans."""

    def _running(self, who: str):
        running = self.members.running(who)
        if running is None:
            raise Refused("not_eligible", f"{who} has no running membership")
        return running

    def _do_change_plan(self, event: Event, who: str, item: str, key: str) -> None:
        running, plan = self._running(who), self._item(item)
        digits = digits_of(self.scenario.currency)
        price = Fraction(self._price(plan, self.scenario.currency, event.today))
        when = change_at(_offer(running.item), _offer(plan))
        credit = unused_credit(self.members.paid(who), event.today, digits)
        if when == "same":
            raise Refused("not_eligible", f"{who} has {item}")
        if when == "end" or credit > price:
            running.next_item, running.is_ending = plan, False
            return
        sale = self._sale(
            event,
            key,
            who,
            self.world.sponsors.get(who),
            self.colleagues.get(who),
            [(plan, 1, price - Fraction(credit))],
            None,
            None,
        )
        self.replay.order(key, sale)
        self.worth[key] = price
        self._receive(key, self.replay.orders[key].total, event)

    def _do_resume(self, event: Event, who: str) -> None:
        running = self._running(who)
        running.next_item, running.is_ending = None, False

    def _do_try_plan(self, event: Event, who: str, item: str, days: int) -> None:
        self.members.start_trial(who, self._item(item), event.today, days)
        self._show_tier(who)

    def _do_give_days(self, event: Event, who: str, tier: str, days: int) -> None:
        self.members.give_days(who, tier, days, event.today)
        self._show_tier(who)

    # ------------------------------------------------------------------

    def _read_plan(self, today: date, who: str) -> str | None:
        running = self.members.running(who)
        return running.item.code if running else None

    def _read_until(self, today: date, who: str) -> str | None:
        running = self.members.running(who)
        return running.period.end.isoformat() if running else None

    def _read_member(self, today: date, who: str) -> str | None:
        last = self.members.of.get(who)
        return last.state if last else None

    def _read_paid(self, today: date, order: str) -> Decimal:
        known = self.replay.orders[order]
        paid = Fraction(known.total) - Fraction(known.owed)
        digits = digits_of(self.scenario.currency)
        return Decimal(round(paid * 10**digits)).scaleb(-digits)


def _offer(item) -> Offer:
    return Offer(item.code, (TIERS.index(item.tier),), item.months)
