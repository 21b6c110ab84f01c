"""From the received share to ledger entries: the difference to what was posted, with its dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

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
    reversed, above zero; ``reserve``: the part of the total that waits in reserve.
    """

    total: Decimal = Decimal(0)
    open_parts: Mapping[date, Decimal] = field(default_factory=dict)
    reserve: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Delta:
    """One entry to post: ``accrual`` raises open, ``reversal`` lowers it, ``debt`` raises debt.

    ``amount`` is positive; ``on`` is the day of the event, ``payable_on`` of the part (None for
    debt and reserve); ``bucket`` is what it moves: open, reserve or debt.
    """

    kind: str
    amount: Decimal
    on: date
    payable_on: date | None
    bucket: str = "open"


def due_amounts(
    full: Decimal,
    steps: Sequence[ShareStep],
    line: str,
    digits: int,
    clawback: str = "proportional",
) -> list[tuple[date, Decimal]]:
    """Return (day, half-up(full × share)) for each step of the line's share.

    :param clawback: ``proportional``; ``full``: once the share fell nothing is due any more;
        ``none``: a fall takes nothing back
    """
    exact = to_fraction(full)
    shares = _claw_back([step.shares.get(line, Fraction(0)) for step in steps], clawback)
    days = [step.on for step in steps]
    return [(d, round_half_up(exact * s, digits)) for d, s in zip(days, shares, strict=True)]


def _claw_back(shares: Sequence[Fraction], clawback: str) -> list[Fraction]:
    if clawback == "proportional":
        return list(shares)
    kept: list[Fraction] = []
    highest = Fraction(0)
    is_lost = False
    for share in shares:
        is_lost = is_lost or share < highest
        highest = max(highest, share)
        kept.append(highest if clawback == "none" else Fraction(0) if is_lost else share)
    return kept


def decide_deltas(
    due: Sequence[tuple[date, Decimal]],
    posted: Posted,
    hold_days: int,
    on: date,
    reserve: Fraction = Fraction(0),
    digits: int = 2,
) -> list[Delta]:
    """Return the entries that make the ledger say what is due now.

    :param due: (day, due amount) in order of days; the last one is how it stands
    :param on: the day of what happened, for reversals
    :param reserve: the share of what is due that waits in reserve; zero once it is unlocked

    A rise is dated by the payments that made it, so each part is held from its own date. A fall
    lowers what is open, latest part first, and is a debt where the award was settled or paid;
    what it takes from the reserve was the reserve's part.

    >>> decide_deltas([(date(2026, 1, 5), Decimal("5.00"))], Posted(), 30, date(2026, 1, 5))[0].kind
    'accrual'
    """
    waits = [(day, round_half_up(to_fraction(amount) * reserve, digits)) for day, amount in due]
    free = [(day, amount - waits[i][1]) for i, (day, amount) in enumerate(due)]
    deltas = []
    if reserve or posted.reserve:
        deltas = [
            Delta(delta.kind, delta.amount, delta.on, None, "reserve")
            for delta in _decide(waits, posted.reserve, {on: posted.reserve}, hold_days=0, on=on)
        ]
    return deltas + _decide(free, posted.total - posted.reserve, posted.open_parts, hold_days, on)


def _decide(due, total: Decimal, open_parts, hold_days: int, on: date) -> list[Delta]:
    target = due[-1][1] if due else Decimal(0)
    if target > total:
        return [
            Delta(ACCRUAL, amount, day, payable_on(day, hold_days))
            for day, amount in _rises_above(due, total)
        ]
    if target < total:
        return _falls(open_parts, total - target, on)
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


def _falls(open_parts: Mapping[date, Decimal], amount: Decimal, on: date) -> list[Delta]:
    deltas = []
    for day in sorted(open_parts, reverse=True):
        taken = min(open_parts[day], amount)
        if taken > 0:
            deltas.append(Delta(REVERSAL, taken, on, day))
            amount -= taken
    if amount > 0:
        deltas.append(Delta(DEBT, amount, on, None, "debt"))
    return deltas
