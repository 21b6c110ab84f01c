"""Decisions about the seats of a team: which is free, what a change of their number costs."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .money import Exact, round_half_up, to_fraction
from .periods import Period, add_months

OWNER_SEAT = 1  # the owner sits on the first seat


def free_seat(seat_count: int, taken: Collection[int]) -> int | None:
    """Return the lowest free seat of ``seat_count`` (the owner's is never free), or None.

    >>> free_seat(4, {2, 4})
    3
    >>> free_seat(2, {2}) is None
    True
    """
    free = (number for number in range(OWNER_SEAT + 1, seat_count + 1) if number not in taken)
    return next(free, None)


def periods_until(end: date, months: int, on: date, anchor_day: int) -> Fraction:
    """Return how many periods of ``months`` lie between ``on`` and ``end``: whole ones and a part.

    Periods are counted back from ``end``; paid ahead or given, there may be several.

    >>> periods_until(date(2026, 6, 1), 1, date(2026, 4, 16), 1)
    Fraction(3, 2)
    """
    whole, period_end = 0, end
    while on < period_end:
        period = Period(add_months(end, -months * (whole + 1), anchor_day), period_end)
        if on > period.start:
            return whole + Fraction((period.end - on).days, period.days)
        whole, period_end = whole + 1, period.start
    return Fraction(whole)


def price_until_renewal(price: Exact, quantity: int, periods: Fraction, digits: int) -> Decimal:
    """Return what ``quantity`` seats cost (or are credited) for the ``periods`` that are left.

    ``price`` of a seat for a whole period, half-up once for all seats.

    >>> price_until_renewal(Decimal(50), 2, Fraction(1, 2), 2)
    Decimal('50.00')
    """
    return round_half_up(to_fraction(price) * quantity * periods, digits)


def seats_to_pause(seat_count: int, live: Collection[int]) -> list[int]:
    """Return the numbers of live seats that are over ``seat_count``, in order.

    >>> seats_to_pause(3, {2, 3, 4, 7})
    [4, 7]
    """
    return sorted(number for number in live if number > seat_count)
