"""A change of plan: at once or at the period's end, and the credit for unused days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .money import Exact, round_half_up, to_fraction
from .periods import Period


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid for a period, after discounts and credit notes."""

    amount: Exact
    period: Period


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan to choose: ``rank`` orders tiers, ``months`` is its length."""

    plan: int
    rank: tuple
    months: int


def unused_credit(paid: Iterable[Paid], on: date, digits: int) -> Decimal:
    """Return the credit for days not used from ``on``: price × unused days ÷ days of each period.

    ``on`` itself is unused: the new period starts that day. Rounded half-up per period.

    >>> unused_credit([Paid("15.00", Period(date(2026, 3, 1), date(2026, 4, 1)))], date(2026, 3, 11), 2)
    Decimal('10.16')
    """
    parts = (_unused_part(one, on, digits) for one in paid)
    return sum(parts, round_half_up(0, digits))


def _unused_part(one: Paid, on: date, digits: int) -> Decimal:
    unused = (one.period.end - max(on, one.period.start)).days
    if unused <= 0:
        return round_half_up(0, digits)
    return round_half_up(to_fraction(one.amount) * Fraction(unused, one.period.days), digits)


def change_at(current: Offer, new: Offer) -> str:
    """Return when a change happens: ``now`` (more), ``end`` (less), ``same`` (nothing changes).

    A higher tier, or the same tier for longer, starts at once; all else waits for the period's end.
    """
    if current.plan == new.plan:
        return "same"
    return "now" if (new.rank, new.months) > (current.rank, current.months) else "end"


def net_of_reductions(amount: Exact, positives: Exact, reductions: Exact) -> Fraction:
    """Return what was really paid for a line of ``amount`` of a document with ``positives`` in all.

    ``reductions`` (coupons, credit notes; zero or negative) are shared by amount.

    >>> net_of_reductions("25.00", "50.00", "-10.00")
    Fraction(20, 1)
    """
    whole = to_fraction(positives)
    if not whole:
        return Fraction(0)
    left = to_fraction(amount) * (1 + to_fraction(reductions) / whole)
    return max(left, Fraction(0))
