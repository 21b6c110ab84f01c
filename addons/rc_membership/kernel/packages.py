"""Packages: how many points a purchase gives, and how that number came about.

    (points + own bonus + level bonus) × (1 + Σ promotions), whole, half-up

A promotion is a part of points and package bonus; several add up, none compounds. An anniversary
gives the package's own bonus once more, which no promotion multiplies. Rates are ``Fraction``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from .money import round_half_up
from .periods import calendar_period

FIRST = "first_purchase"
HOLIDAY = "holiday"
QUANTITY = "quantity"
GROUP = "group"
ANNIVERSARY = "anniversary"


@dataclass(frozen=True, slots=True)
class Offer:
    """What is bought: ``points`` and ``bonus_rate`` of one package, ``quantity`` of it.

    ``level_rate``: points of percent that the buyer's rank ``level`` adds to the bonus rate;
    ``promotions``: code → rate, in the order they are shown; ``is_anniversary``: the package's own
    bonus is given twice.
    """

    points: int
    bonus_rate: Fraction
    quantity: int = 1
    level: str | None = None
    level_rate: Fraction = Fraction(0)
    promotions: Mapping[str, Fraction] = field(default_factory=dict)
    is_anniversary: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """Whole points: ``bought`` is what the money stands for, ``bonus`` all that is on top."""

    bought: int
    bonus: int
    explanation: Mapping[str, object]

    @property
    def total(self) -> int:
        return self.bought + self.bonus


def decide_points(offer: Offer) -> Points:
    """Return the points of a purchase with their explanation (Json: texts and whole numbers).

    >>> first = {FIRST: Fraction(1, 2)}
    >>> decide_points(Offer(1000, Fraction(1, 10), promotions=first)).total
    1650
    """
    if offer.quantity < 1 or offer.points < 1:
        raise ValueError("a purchase has at least one package of at least one point")
    if (
        offer.bonus_rate < 0
        or offer.level_rate < 0
        or any(r < 0 for r in offer.promotions.values())
    ):
        raise ValueError("a promotion never takes points away")
    bought = offer.points * offer.quantity
    own = bought * offer.bonus_rate
    level = bought * offer.level_rate
    base = bought + own + level
    rate = sum(offer.promotions.values(), Fraction(0))
    again = own if offer.is_anniversary else Fraction(0)
    total = int(round_half_up(base * (1 + rate) + again, 0))
    explanation = {
        "points": offer.points,
        "quantity": offer.quantity,
        "bonus_rate": str(offer.bonus_rate),
        "level": offer.level if offer.level_rate else None,
        "level_rate": str(offer.level_rate),
        "base": str(base),
        "promotions": [[code, str(r)] for code, r in offer.promotions.items() if r],
        "anniversary": str(again),
        "total": total,
    }
    return Points(bought, total - bought, explanation)


def reached_rate(count: int, steps: Mapping[int, Fraction]) -> Fraction:
    """Return the rate of the highest step that ``count`` reaches (quantity, people of a group).

    >>> reached_rate(4, {3: Fraction(1, 5), 5: Fraction(3, 10)})
    Fraction(1, 5)
    """
    return max(
        (rate for threshold, rate in steps.items() if count >= threshold), default=Fraction(0)
    )


def is_in_first_days(joined_on: date, ordered_on: date, days: int) -> bool:
    """True while the first-purchase bonus runs: ``[joined, joined + days)``.

    >>> is_in_first_days(date(2026, 1, 10), date(2026, 1, 17), 7)
    False
    """
    return ordered_on < joined_on + timedelta(days=days)


def step_points(amount: Fraction, steps: Mapping[Fraction, int]) -> int:
    """Return what a month's purchases of ``amount`` give in all: the highest step reached.

    >>> step_points(Fraction(5200), {Fraction(1000): 100, Fraction(5000): 600})
    600
    """
    return max((points for threshold, points in steps.items() if amount >= threshold), default=0)


# ----------------------------------------------------------------------
# Limits and review
# ----------------------------------------------------------------------

DAY, MONTH, YEAR = "day", "month", "year"


@dataclass(frozen=True, slots=True)
class LimitHit:
    """A purchase over a limit: which, how much was bought in it, and the first day on which this
    amount can be bought (None: it is over the limit by itself)."""

    period: str
    limit: Fraction
    bought: Fraction
    possible_on: date | None


def check_limits(
    bought: Iterable[tuple[date, Fraction]],
    on: date,
    amount: Fraction,
    limits: Mapping[str, Fraction],
) -> LimitHit | None:
    """Return the limit an ``amount`` bought ``on`` a day would pass, None if it passes none.

    :param bought: (day, amount) of what was bought before, also later than ``on``
    :param limits: day, month, year → amount; a period left out has none
    """
    known = list(bought)
    hit = _first_hit(known, on, amount, limits)
    if hit is None:
        return None
    period, limit, sum_before = hit
    day: date | None = on
    while day is not None and (found := _first_hit(known, day, amount, limits)):
        day = None if amount > found[1] else calendar_period(day, found[0]).end
    return LimitHit(period, limit, sum_before, day)


def _first_hit(known, on, amount, limits):
    """Return (period, limit, bought in it) of the longest period that is full on a day."""
    for period in (YEAR, MONTH, DAY):
        if period not in limits:
            continue
        window = calendar_period(on, period)
        before = sum((a for day, a in known if day in window), Fraction(0))
        if before + amount > limits[period]:
            return period, limits[period], before
    return None


def review_reasons(
    amount: Fraction, threshold: Fraction | None, recent: int, recent_max: int | None
) -> tuple[str, ...]:
    """Return why a purchase is held for review: ``amount``, ``frequency``, both or nothing.

    :param recent: purchases of the member in the time that is looked at, this one included

    >>> review_reasons(Fraction(10000), Fraction(10000), 6, 5)
    ('frequency',)
    """
    reasons = []
    if threshold is not None and amount > threshold:
        reasons.append("amount")
    if recent_max is not None and recent > recent_max:
        reasons.append("frequency")
    return tuple(reasons)


# ----------------------------------------------------------------------
# Refund
# ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase to be refunded: what it gave, what of it is left, what was paid and not
    credited since; ``used`` is the list value of the benefits that were used."""

    bought: int
    bonus: int
    left_bought: int
    left_bonus: int
    paid: Fraction
    credited: Fraction = Fraction(0)
    used: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Refund:
    """``unspent`` bought points are paid back: ``value`` less ``fee`` less ``used`` benefits.

    ``taken_bought`` and ``taken_bonus`` leave the account.
    """

    unspent: int
    value: Fraction
    fee: Fraction
    used: Fraction
    amount: Fraction
    taken_bought: int
    taken_bonus: int


def decide_refund(purchase: Bought, fee_rate: Fraction, digits: int) -> Refund:
    """Return what the unspent bought points of a purchase are worth.

    Bonus points are taken back first: those spent already are taken from what is left, so nobody
    spends the gift and gets the whole price back. Money is rounded half-up; nothing below zero.

    >>> bought = Bought(1000, 100, 800, 0, Fraction(99))
    >>> refund = decide_refund(bought, Fraction(1, 10), 2)
    >>> refund.unspent, refund.value, refund.fee, refund.amount
    (700, Fraction(693, 10), Fraction(693, 100), Fraction(6237, 100))
    """
    if not 0 <= fee_rate <= 1:
        raise ValueError("a fee is a part of the refund")
    left = purchase.left_bought + purchase.left_bonus
    unspent = max(0, min(purchase.bought, left - purchase.bonus))
    value = Fraction(round_half_up(purchase.paid * unspent / purchase.bought, digits))
    value = max(Fraction(0), min(value, purchase.paid - purchase.credited))
    fee = Fraction(round_half_up(value * fee_rate, digits))
    used = min(Fraction(round_half_up(purchase.used, digits)), value - fee)
    return Refund(
        unspent,
        value,
        fee,
        used,
        value - fee - used,
        purchase.left_bought,
        purchase.left_bonus,
    )


def kept_points(points: int, kept: Fraction) -> int:
    """Return what a purchase keeps of its points when ``kept`` of its price stands (0 … 1).

    >>> kept_points(1650, Fraction(1, 2))
    825
    """
    return int(round_half_up(points * max(Fraction(0), min(Fraction(1), kept)), 0))


# ----------------------------------------------------------------------
# Month
# ----------------------------------------------------------------------


def rank_buyers(
    rows: Iterable[tuple[object, Fraction, object]], prizes: Sequence[int]
) -> list[tuple[int, object, Fraction, int]]:
    """Return (place, member, amount, points) of a month's best buyers.

    :param rows: (member, amount, when the amount was reached); of equals who was there first wins
    :param prizes: points by place, first to last
    """
    order = sorted((r for r in rows if r[1] > 0), key=lambda row: (-row[1], row[2]))
    return [
        (place, member, amount, points)
        for place, ((member, amount, _at), points) in enumerate(zip(order, prizes, strict=False), 1)
    ]


def bought_share(bought: int, others: int) -> Fraction:
    """Return the part of all points issued that was bought.

    >>> bought_share(300, 700)
    Fraction(3, 10)
    """
    total = bought + others
    return Fraction(bought, total) if total > 0 else Fraction(0)
