"""Tiers for the engine alone: what a paid plan line starts, prolongs and ends.

The live side has real subscriptions; both use the kernel's decisions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from odoo.addons.rc_membership.kernel.periods import Period, add_months
from odoo.addons.rc_membership.kernel.proration import Paid
from odoo.addons.rc_membership.kernel.subscription import (
    RUNNING,
    Running,
    decide_charge,
    decide_state,
)
from odoo.addons.rc_membership.kernel.tiers import Held, place_days

from .catalogue import Item
from .types import Refused
from .vocabulary import TIERS

GRACE_DAYS = 7
FREE = "free"
GIVEN_MONTHS = 1200  # a tier that people start with outlives the scenario


@dataclass(slots=True)
class Subscription:
    item: Item
    anchor: date
    period: Period
    state: str = "active"
    is_ending: bool = False
    order: str | None = None  # of the last charge
    next_item: Item | None = None
    started: date = date.min


class Memberships:
    """Everybody's running plan."""

    def __init__(self, items: Mapping[str, Item]):
        self.items = items
        self.of: dict[str, Subscription] = {}
        self._charges: dict[str, list[tuple[str, Period]]] = {}
        self._covers: dict[str, list[tuple[str, Period]]] = {}
        self._paid: dict[str, list[Paid]] = {}  # of the plan that runs, since it was last changed
        self._today = date.min

    def paid(self, person: str) -> list[Paid]:
        """Return what was paid for the periods of the plan that runs."""
        return self._paid.get(person, [])

    def start_trial(self, person: str, item: Item, on: date, days: int) -> None:
        """Let a new member try a plan.

        :raise Refused: not_eligible
        """
        if person in self.of:
            raise Refused("not_eligible", f"{person} was a member before")
        end = on + timedelta(days=days)
        self.of[person] = Subscription(item, on, Period(on, end), "trial", started=on)

    def give_days(self, person: str, tier: str, days: int, on: date) -> None:
        """Prolong a plan of the tier, or let the days be held without one."""
        running = self.running(person)
        if running and running.item.tier == tier and on < running.period.end:
            end = running.period.end + timedelta(days=days)
            running.period = Period(running.period.start, end)
            return
        held = [
            Held(known, _rank(known), period.start, period.end)
            for known, period in self._covers.get(person, ())
        ]
        if running:  # it may renew, but what is paid ends there
            end = max(running.period.end, on)
            held.append(Held(running.item.tier, _rank(running.item.tier), running.started, end))
        given = place_days(held, tier, _rank(tier), days, on)
        self.cover(person, tier, Period(given.start, given.end))

    def tier(self, person: str) -> str:
        """Return the highest of the running plan and of what is held without one."""
        running = self.running(person)
        held = [running.item.tier if running else FREE]
        held += [tier for tier, period in self._covers.get(person, ()) if self._today in period]
        return max(held, key=TIERS.index)

    def known(self) -> set[str]:
        """Return everybody who has or had a tier."""
        return {*self.of, *self._covers}

    def cover(self, person: str, tier: str, period: Period) -> None:
        """Somebody holds a tier for some days without a plan of their own."""
        self._covers.setdefault(person, []).append((tier, period))

    def running(self, person: str) -> Subscription | None:
        found = self.of.get(person)
        return found if found and found.state in RUNNING else None

    def give(self, person: str, tier: str, on: date) -> None:
        """Somebody has a tier from the beginning."""
        if tier != FREE:
            item = self.items[f"{tier}-month"]
            period = Period(on, add_months(on, GIVEN_MONTHS))
            self.of[person] = Subscription(item, on, period, started=on)
            self._charges.setdefault(person, []).append((tier, period))

    def kind(self, person: str, item: Item) -> str:
        """Return what a purchase would be: first, renewal, upgrade or other."""
        if not item.tier:
            return "other"
        running = self.running(person)
        if running and running.state != "trial":
            if running.next_item == item:
                return "renewal"
            return "renewal" if running.item.code == item.code else "upgrade"
        return "renewal" if person in self._charges else "first"

    def charge(
        self, person: str, item: Item, quantity: int, on: date, order: str, worth=0, is_next=False
    ) -> None:
        """A plan was paid in full; ``worth``: its price, ``is_next``: the bill of the next period."""
        running = self.running(person)
        is_trial = running is not None and running.state == "trial"
        known = None
        if running:
            known = Running(running.item.code, running.anchor, running.period, is_trial)
        decision = decide_charge(
            known, item.code, item.months * quantity, on, person in self._charges, is_next
        )
        follows = running and decision.period.start == running.period.end
        keeps = follows and decision.kind != "upgrade" and running.state in ("active", "trial")
        period = Period(
            running.period.start if keeps else decision.period.start, decision.period.end
        )
        is_same = running and (running.item == item or is_next)
        ends = running.is_ending if is_same else False
        waiting = running.next_item if is_same and running.next_item != item else None
        started = running.started if running else on
        self.of[person] = Subscription(
            item, decision.anchor, period, "active", ends, order, waiting, started
        )
        self._charges.setdefault(person, []).append((item.tier, decision.period))
        if decision.kind == "upgrade" or running is None:
            self._paid[person] = []
        self._paid.setdefault(person, []).append(Paid(Fraction(worth), decision.period))

    def months(self, person: str, until: date, by_tier: bool) -> int:
        """Return the whole months of paid periods without a gap (in the present tier)."""
        run: tuple[str, date, date] | None = None
        for tier, period in self._charges.get(person, ()):
            if period.start > until:
                continue
            if run and period.start <= run[2] and (not by_tier or run[0] == tier):
                run = (tier, run[1], max(period.end, run[2]))
            else:
                run = (tier, period.start, period.end)
        if run is None or run[2] < until:
            return 0
        return _whole_months(run[1], until)

    def take_back(self, order: str) -> None:
        """The money of an order is gone: what it paid last ends."""
        for subscription in self.of.values():
            if subscription.order == order and subscription.state in RUNNING:
                subscription.state = "cancelled"

    def give_again(self, order: str, today: date) -> None:
        """The money of an order came back within its period."""
        for subscription in self.of.values():
            if (
                subscription.order == order
                and subscription.state == "cancelled"
                and today < subscription.period.end
                and not subscription.is_ending
            ):
                subscription.state = "active"

    def review(self, today: date) -> None:
        """Move states by date: past due, grace, expired, cancelled."""
        self._today = today
        for subscription in self.of.values():
            subscription.state = decide_state(
                subscription.state,
                subscription.period.end,
                GRACE_DAYS,
                subscription.is_ending,
                today,
            )


def _rank(tier: str) -> tuple:
    return (TIERS.index(tier),)


def _whole_months(start: date, until: date) -> int:
    """Return how many whole months lie between two days.

    >>> _whole_months(date(2025, 1, 31), date(2025, 2, 28))
    1
    """
    months = (until.year - start.year) * 12 + until.month - start.month
    return months if add_months(start, months) <= until else months - 1
