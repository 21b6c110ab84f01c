"""Decisions about the seats of a team: which is free, what a change of their number costs."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from .money import Exact, round_half_up, to_fraction
from .periods import Period

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


def price_until_renewal(
    price: Exact, quantity: int, period: Period, on: date, digits: int
) -> Decimal:
    """Return what ``quantity`` seats cost (or are credited) from ``on`` to the period's end.

    ``price`` of a seat for the whole period × unused days ÷ days, half-up once for all seats;
    a day outside the period is moved to its nearer end.

    >>> month = Period(date(2026, 4, 1), date(2026, 5, 1))
    >>> price_until_renewal(Decimal(50), 2, month, date(2026, 4, 16), 2)
    Decimal('50.00')
    """
    unused = min(max((period.end - on).days, 0), period.days)
    return round_half_up(to_fraction(price) * quantity * unused / period.days, digits)


def seats_to_pause(seat_count: int, live: Collection[int]) -> list[int]:
    """Return the numbers of live seats that are over ``seat_count``, in order.

    >>> seats_to_pause(3, {2, 3, 4, 7})
    [4, 7]
    """
    return sorted(number for number in live if number > seat_count)
