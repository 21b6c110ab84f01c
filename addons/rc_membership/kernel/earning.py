"""Decisions about earning: what a fact is worth, what multipliers make of it, what caps leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .money import round_half_up
from .points import earned_points


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row: the first of them and how many they are by now."""

    start: date
    days: int


def next_streak(last: date | None, streak: Streak | None, day: date) -> Streak:
    """Return the streak on ``day`` of somebody who was last here on ``last``.

    >>> next_streak(date(2026, 1, 5), Streak(date(2026, 1, 4), 2), date(2026, 1, 6))
    Streak(start=datetime.date(2026, 1, 4), days=3)
    >>> next_streak(date(2026, 1, 5), Streak(date(2026, 1, 4), 2), date(2026, 1, 7)).days
    1
    """
    if last is not None and streak is not None and last + timedelta(days=1) == day:
        return Streak(streak.start, streak.days + 1)
    return Streak(day, 1)


def ranged_points(least: Decimal, most: Decimal, worth: Decimal | None) -> Decimal:
    """Return whole points of a thing whose reporter may say its ``worth``, kept in the range.

    >>> ranged_points(Decimal(10), Decimal(50), None), ranged_points(Decimal(10), Decimal(50), Decimal(80))
    (Decimal('10'), Decimal('50'))
    """
    if worth is None:
        return least
    whole = Decimal(int(worth))
    return min(max(whole, least), max(most, least))


def rising_points(least: Decimal, most: Decimal, days: int) -> Decimal:
    """Return the points of the ``days``-th day in a row: one more each day, up to ``most``.

    >>> [int(rising_points(Decimal(1), Decimal(5), day)) for day in (1, 2, 5, 6)]
    [1, 2, 5, 5]
    """
    return min(least + days - 1, max(most, least))


def money_points(
    net: Fraction, per_unit: Decimal, threshold: Decimal | None, per_unit_above: Decimal
) -> Decimal:
    """Return whole points, rounded down, for ``net`` money: what lies above the threshold at its
    own rate.

    >>> money_points(Fraction(150), Decimal(1), Decimal(100), Decimal(2))
    Decimal('200')
    """
    if threshold is None or net <= threshold:
        return earned_points(net, per_unit)
    exact = Fraction(threshold) * Fraction(per_unit)
    exact += (Fraction(net) - Fraction(threshold)) * Fraction(per_unit_above)
    return earned_points(exact, Decimal(1))


def multiplied(points: Decimal, factor: Fraction) -> Decimal:
    """Return whole points times a factor, rounded half-up.

    >>> multiplied(Decimal(5), Fraction(3, 2))
    Decimal('8')
    """
    return round_half_up(Fraction(points) * factor, 0)


def within_caps(points: Decimal, caps: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Return what is left of ``points`` under caps, each as (most, given so far).

    >>> within_caps(Decimal(5), [(Decimal(20), Decimal(18)), (Decimal(100), Decimal(50))])
    Decimal('2')
    """
    rooms = [max(cap - given, Decimal(0)) for cap, given in caps]
    return min([points, *rooms])
