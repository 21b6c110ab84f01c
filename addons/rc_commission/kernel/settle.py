"""Settlement of one account: what is billed, what a debt swallows, or why nothing is."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo.addons.rc_membership.kernel.money import round_half_up, to_fraction

from .hold import is_payable


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An unsettled entry: ``amount`` is negative for one that lowered what is open."""

    id: int
    amount: Decimal
    payable_on: date
    award_id: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is settled: ``amount`` = ``payable`` − ``netted`` is billed (zero: no bill)."""

    items: tuple[OpenItem, ...]
    payable: Decimal
    netted: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nothing is settled: ``nothing_open``, ``nothing_payable`` (with the next date),
    ``below_minimum``, ``screening`` (what was sold is being checked) or ``frozen`` (the payee is);
    ``payable`` and ``held`` are the sums that wait."""

    code: str
    payable: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    next_on: date | None = None


def settle(
    items: Iterable[OpenItem],
    debt: Decimal,
    minimum: Decimal,
    today: date,
    screened: Container[int] = (),
    is_frozen: bool = False,
) -> Settlement | Nothing:
    """Decide the settlement of an account on ``today`` (company time zone).

    The bill is what is payable less the debt, and the debt shrinks by what it swallowed. Below
    the minimum all of it waits for the next settlement; a debt that swallows everything does not.

    :param screened: awards that wait until somebody has checked what they are for
    :param is_frozen: nothing is paid to this payee now

    >>> item = OpenItem(1, Decimal("5.00"), date(2026, 2, 4))
    >>> settle([item], Decimal("2.00"), Decimal(0), date(2026, 2, 15)).amount
    Decimal('3.00')
    """
    items = sorted(items, key=lambda item: (item.payable_on, item.id))
    checked = sum((item.amount for item in items if item.award_id in screened), Decimal(0))
    items = [item for item in items if item.award_id not in screened]
    due = tuple(item for item in items if is_payable(item.payable_on, today))
    waiting = [item for item in items if not is_payable(item.payable_on, today)]
    payable = sum((item.amount for item in due), Decimal(0))
    held = sum((item.amount for item in waiting), checked)
    if is_frozen and (payable > 0 or held):
        return Nothing("frozen", payable, held)
    if payable <= 0:
        if checked and held == checked:
            return Nothing("screening", payable, held)
        return Nothing(
            "nothing_payable" if held else "nothing_open",
            payable,
            held,
            _next_date(waiting),
        )
    netted = min(debt, payable)
    amount = payable - netted
    if 0 < amount < minimum:
        return Nothing("below_minimum", payable, held, _next_date(waiting))
    return Settlement(due, payable, netted, amount)


def _next_date(waiting: list[OpenItem]) -> date | None:
    """Return the first date on which the waiting items sum to more than nothing."""
    by_day: dict[date, Decimal] = {}
    for item in waiting:
        by_day[item.payable_on] = by_day.get(item.payable_on, Decimal(0)) + item.amount
    return next((day for day in sorted(by_day) if by_day[day] > 0), None)


def paid_amount(
    settled: Decimal, paid: Decimal, untaxed: Decimal, total: Decimal, digits: int
) -> Decimal:
    """Return how much of a settlement is paid: the untaxed part of what was paid on its bill,
    rounded half-up, never above the settlement.

    :param paid: what was paid on the bill, tax included
    :param untaxed: the bill without tax, ``total`` with it

    >>> paid_amount(Decimal("100"), Decimal("57.5"), Decimal("100"), Decimal("115"), 2)
    Decimal('50.00')
    """
    if paid <= 0 or total <= 0 or untaxed <= 0:
        return round_half_up(0, digits)
    part = to_fraction(min(paid, total)) * to_fraction(untaxed) / to_fraction(total)
    return min(settled, round_half_up(part, digits))


def due_dates(day: int, after: date, until: date) -> list[date]:
    """Return the settlement dates (``day`` of each month) in ``(after, until]``, oldest first.

    >>> due_dates(15, date(2026, 1, 15), date(2026, 3, 20))
    [datetime.date(2026, 2, 15), datetime.date(2026, 3, 15)]
    """
    dates = []
    year, month = after.year, after.month
    while (candidate := date(year, month, day)) <= until:
        if candidate > after:
            dates.append(candidate)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return dates
