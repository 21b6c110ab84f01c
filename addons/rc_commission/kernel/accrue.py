"""From the received share to ledger entries: the difference to what was posted, with its dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo.addons.rc_membership.kernel.money import round_half_up, to_fraction

from .hold import payable_on
from .received import ShareStep

ACCRUAL = "accrual"
REVERSAL = "reversal"
DEBT = "debt"


@dataclass(frozen=True, slots=True)
class Posted:
    """What the ledger holds of one award.

    ``total``: accrued less reversed; ``open_parts``: payable date → what is neither settled nor
    reversed, above zero.
    """

    total: Decimal = Decimal(0)
    open_parts: Mapping[date, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delta:
    """One entry to post: ``accrual`` raises open, ``reversal`` lowers it, ``debt`` raises debt.

    ``amount`` is positive; ``on`` is the day of the event, ``payable_on`` of the part (None for
    debt).
    """

    kind: str
    amount: Decimal
    on: date
    payable_on: date | None


def due_amounts(
    full: Decimal, steps: Sequence[ShareStep], line: str, digits: int
) -> list[tuple[date, Decimal]]:
    """Return (day, half-up(full × share)) for each step of the line's share."""
    exact = to_fraction(full)
    return [(step.on, round_half_up(exact * step.shares.get(line, 0), digits)) for step in steps]


def decide_deltas(
    due: Sequence[tuple[date, Decimal]], posted: Posted, hold_days: int, on: date
) -> list[Delta]:
    """Return the entries that make the ledger say what is due now.

    :param due: (day, due amount) in order of days; the last one is how it stands
    :param on: the day of what happened, for reversals

    A rise is dated by the payments that made it, so each part is held from its own date. A fall
    lowers what is open, latest part first, and is a debt where the award was settled or paid.

    >>> decide_deltas([(date(2026, 1, 5), Decimal("5.00"))], Posted(), 30, date(2026, 1, 5))
    [Delta(kind='accrual', amount=Decimal('5.00'), on=datetime.date(2026, 1, 5), payable_on=datetime.date(2026, 2, 4))]
    """
    target = due[-1][1] if due else Decimal(0)
    if target > posted.total:
        return [
            Delta(ACCRUAL, amount, day, payable_on(day, hold_days))
            for day, amount in _rises_above(due, posted.total)
        ]
    if target < posted.total:
        return _falls(posted, posted.total - target, on)
    return []


def _rises_above(due: Sequence[tuple[date, Decimal]], floor: Decimal) -> list[tuple[date, Decimal]]:
    """Return (day, amount) of the parts of the standing amount that lie above ``floor``."""
    pieces: list[tuple[date, Decimal, Decimal]] = []  # day, from, to: a stack without gaps
    for day, amount in due:
        while pieces and pieces[-1][2] > amount:
            piece_day, low, _high = pieces.pop()
            if low < amount:
                pieces.append((piece_day, low, amount))
        height = pieces[-1][2] if pieces else Decimal(0)
        if amount > height:
            pieces.append((day, height, amount))
    return [(day, high - max(low, floor)) for day, low, high in pieces if high > floor]


def _falls(posted: Posted, amount: Decimal, on: date) -> list[Delta]:
    deltas = []
    for day in sorted(posted.open_parts, reverse=True):
        taken = min(posted.open_parts[day], amount)
        if taken > 0:
            deltas.append(Delta(REVERSAL, taken, on, day))
            amount -= taken
    if amount > 0:
        deltas.append(Delta(DEBT, amount, on, None))
    return deltas
