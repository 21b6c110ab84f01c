"""What a member may use: from the rows that give and count, to the sources that serve."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .periods import Period, anniversary_around
from .quota import GRANT, STOCK, TIER, Anchor, Source, Window, is_cut, window_of
from .tiers import Held, highest


@dataclass(frozen=True, slots=True)
class Plan:
    """A running plan with what its months and periods are counted from."""

    held: Held
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Line:
    """What a tier gives of a right; ``amount`` None: a feature, or unlimited."""

    ref: int
    amount: Decimal | None
    per: str


@dataclass(frozen=True, slots=True)
class Given:
    """A grant; ``per`` None: a stock (or, without an amount, unlimited while it lasts)."""

    ref: int
    entitlement: int
    amount: Decimal | None
    per: str | None
    start: date
    end: date | None
    used: Decimal
    taken_back: Decimal

    @property
    def is_stock(self) -> bool:
        return self.amount is not None and self.per is None

    def is_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Counted:
    """A counter: what is used in a window of a tier's allowance, or of a grant's."""

    ref: int
    entitlement: int
    grant: int | None
    per: str
    window: Window
    used: Decimal
    is_closed: bool


def stand(
    plan: Plan | None, covers: Iterable[Held], tier_day: date, default: int | None
) -> tuple[int | None, Anchor | None]:
    """Return (tier, anchor) of somebody: of the own plan or of what is held without one.

    As high a plan of one's own comes before a cover. Without either: the default tier, which has
    no anchor.

    >>> stand(None, [], date(2026, 3, 1), 1)
    (1, None)
    """
    live = [cover for cover in covers if cover.is_on(tier_day)]
    best = highest(live, tier_day)
    has_plan = plan is not None and plan.held.is_on(tier_day)
    if has_plan and (best is None or plan.held.rank >= best.rank):
        return plan.held.tier, plan.anchor
    if best is None:
        return default, None
    period = anniversary_around(best.start, 1, tier_day)
    if best.end and best.end < period.end:
        period = Period(period.start, best.end)
    return best.tier, Anchor(best.start, period)


def sources_of(
    line: Line | None,
    given: Iterable[Given],
    counted: Iterable[Counted],
    on: date,
    anchor: Anchor | None,
) -> list[Source]:
    """Return what serves a right on a day: the tier's line, and the grants that live.

    ``given`` and ``counted`` are of that right only. A window without its counter yet starts with
    what it carries: the count of the window it cut short, if it did.
    """
    counted = list(counted)
    found = []
    if line:
        window = window_of(line.per, on, anchor)
        mine = [one for one in counted if one.grant is None]
        found.append(
            _windowed(TIER, line.ref, line.amount, line.per, window, mine, window.end, anchor)
        )
    for grant in given:
        if not grant.is_on(on):
            continue
        if grant.is_stock:
            kept = grant.amount - grant.taken_back
            found.append(Source(STOCK, grant.ref, kept, grant.used, expires_on=grant.end))
            continue
        per = grant.per or "lifetime"
        window = window_of(per, on, anchor)
        mine = [one for one in counted if one.grant == grant.ref]
        ends = [day for day in (window.end, grant.end) if day]
        expires_on = min(ends, default=None)
        found.append(
            _windowed(GRANT, grant.ref, grant.amount, per, window, mine, expires_on, anchor)
        )
    return found


def _windowed(kind, ref, amount, per, window, counted, expires_on, anchor) -> Source:
    """A calendar month cuts nothing short: it began by itself, not by an upgrade."""
    same = [one for one in counted if one.per == per]
    counter = next((one for one in same if one.window.start == window.start), None)
    cut = None
    if counter is None and anchor is not None:
        open_ones = [one for one in same if not one.is_closed and is_cut(one.window, window)]
        cut = max(open_ones, key=lambda one: one.window.start, default=None)
    before = counter or cut
    return Source(
        kind,
        ref,
        amount,
        before.used if before else Decimal(0),
        window,
        expires_on,
        per,
        counter.ref if counter else None,
        cut.ref if cut else None,
    )


def describe_more(
    lines: Mapping[int, Line], ranks: Mapping[int, tuple], tier: int | None, line: Line | None
) -> list[int]:
    """Return the tiers above somebody's that give more of a right, lowest first.

    ``lines``: tier → what it gives of the right; ``line``: what the own tier gives.

    >>> five, hundred = Line(1, Decimal(5), "day"), Line(2, Decimal(100), "day")
    >>> describe_more({1: five, 2: hundred}, {1: (10,), 2: (20,), 3: (30,)}, 1, five)
    [2]
    """
    here = ranks.get(tier, ())
    return sorted(
        (other for other, more in lines.items() if ranks[other] > here and _gives_more(more, line)),
        key=lambda other: ranks[other],
    )


_DAYS = {"day": 1, "month": 30, "period": 30, "lifetime": 36500}


def _gives_more(more: Line, line: Line | None) -> bool:
    if line is None:
        return True
    if line.amount is None:
        return False
    if more.amount is None:
        return True
    return more.amount * _DAYS[line.per] > line.amount * _DAYS[more.per]


def kept_units(total: Decimal, credited: Fraction) -> Decimal:
    """Return how much of a stock stays when a share of its money was credited.

    Whole units are taken back, never more than the money: a small allowance off the price takes
    nothing, all of the money takes everything.

    >>> [kept_units(Decimal(5), Fraction(share)) for share in ("0", "0.3", "0.4", "1")]
    [Decimal('5'), Decimal('4'), Decimal('3'), Decimal('0')]
    """
    if credited >= 1:
        return Decimal(0)
    units = Fraction(total) * credited
    return total - units.numerator // units.denominator
