"""The growth fund: a monthly share of what a guild's members paid.

A closed month keeps its rate. When money of a closed month comes back later, the next close
corrects it at that month's own rate, so a full refund takes back all it once gave.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import Exact, round_half_up, to_fraction
from odoo.addons.rc_membership.kernel.periods import Period, calendar_period

from .receipts import Receipt


@dataclass(frozen=True, slots=True)
class MonthShare:
    """A guild's month: its first day, the net payments counted in it, and the month's rate."""

    month: date
    base: Exact
    rate: Exact

    @property
    def due(self) -> Fraction:
        return to_fraction(self.base) * to_fraction(self.rate)


@dataclass(frozen=True, slots=True)
class FundClose:
    """What one close writes: ``amount`` = ``share`` of the month + ``correction`` of earlier ones."""

    month: date
    base: Fraction
    rate: Fraction
    share: Decimal
    correction: Decimal

    @property
    def amount(self) -> Decimal:
        return self.share + self.correction


def open_months(first: date, closed_until: date | None, today: date) -> list[Period]:
    """Return the calendar months that are over and not closed, oldest first.

    ``first`` is a day of the first month there is; ``closed_until`` the end (exclusive) of the
    last closed month.

    >>> [str(p.start) for p in open_months(date(2026, 1, 20), date(2026, 2, 1), date(2026, 4, 1))]
    ['2026-02-01', '2026-03-01']
    """
    start = closed_until or calendar_period(first, "month").start
    months = []
    while (period := calendar_period(start, "month")).end <= today:
        months.append(period)
        start = period.end
    return months


def bases_by_month(receipts: Iterable[Receipt]) -> dict[int, dict[date, Fraction]]:
    """Return guild → first day of the month → net payments; receipts outside a stay do not count."""
    bases: dict[int, dict[date, Fraction]] = {}
    for receipt in receipts:
        if receipt.spell is not None:
            months = bases.setdefault(receipt.spell.guild_id, {})
            month = receipt.received_on.replace(day=1)
            months[month] = months.get(month, Fraction(0)) + to_fraction(receipt.amount)
    return bases


def close_month(
    month: date,
    rate: Exact,
    bases: Mapping[date, Exact],
    closed: Sequence[MonthShare],
    posted: Exact,
    digits: int,
) -> FundClose:
    """Decide the close of one guild's ``month``.

    ``bases`` are today's net payments by month, ``closed`` the earlier closes with their rates
    (their bases as they were then are not used), ``posted`` all that closes put into the fund.
    The fund's sum is rounded once: half-up of the exact shares of all months.

    >>> close = close_month(date(2026, 2, 1), "0.02", {date(2026, 1, 1): 0, date(2026, 2, 1): 50},
    ...                     [MonthShare(date(2026, 1, 1), 25, "0.02")], "0.50", 2)
    >>> close.share, close.correction, close.amount
    (Decimal('1.00'), Decimal('-0.50'), Decimal('0.50'))
    """
    now = MonthShare(month, to_fraction(bases.get(month, 0)), to_fraction(rate))
    earlier = sum(
        (MonthShare(past.month, bases.get(past.month, 0), past.rate).due for past in closed),
        Fraction(0),
    )
    due_before, due_now = (round_half_up(due, digits) for due in (earlier, earlier + now.due))
    correction = round_half_up(to_fraction(due_before) - to_fraction(posted), digits)
    return FundClose(month, now.base, now.rate, due_now - due_before, correction)
