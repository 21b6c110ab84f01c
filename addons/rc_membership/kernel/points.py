"""Decisions about points: what a grant repays, what a take-back costs, what a payment earns."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .ledger import LedgerError
from .money import round_half_up, to_fraction

POINTS_MAX = Decimal(10) ** 12  # far below what the columns hold, above what anybody has


@dataclass(frozen=True, slots=True)
class Split:
    """How a number of points parts between the spendable balance and the points debt."""

    available: Decimal
    debt: Decimal


def split_grant(amount: Decimal, debt: Decimal) -> Split:
    """New points first clear the debt, the rest is spendable.

    >>> split_grant(Decimal(50), Decimal(20))
    Split(available=Decimal('30'), debt=Decimal('20'))
    """
    repaid = min(amount, debt)
    return Split(available=amount - repaid, debt=repaid)


def split_take_back(amount: Decimal, available: Decimal) -> Split:
    """A take-back never waits: what was spent already becomes points debt.

    >>> split_take_back(Decimal(50), Decimal(20))
    Split(available=Decimal('20'), debt=Decimal('30'))
    """
    taken = min(amount, available)
    return Split(available=taken, debt=amount - taken)


def earned_points(net: Decimal | Fraction, points_per_unit: Decimal) -> Decimal:
    """Whole points for ``net`` money received (currency units), rounded down, never negative.

    >>> earned_points(Decimal("25.90"), Decimal("1"))
    Decimal('25')
    """
    exact = Fraction(net) * Fraction(points_per_unit)
    return Decimal(max(exact.numerator // exact.denominator, 0))


def whole_points(value: object) -> Decimal:
    """Return a number of points as a Decimal; parts of a point, zero and less are refused.

    >>> whole_points(1000)
    Decimal('1000')
    """
    try:
        amount = Decimal(str(value))
    except (ArithmeticError, ValueError):
        raise LedgerError("not_whole", amount=str(value)) from None
    if not amount.is_finite() or amount != amount.to_integral_value() or amount <= 0:
        raise LedgerError("not_whole", amount=str(value))
    if amount > POINTS_MAX:
        raise LedgerError("too_many", amount=str(value))
    return Decimal(int(amount))


def growth(amount: Decimal, percent: Decimal) -> Decimal:
    """Return what a lock of ``amount`` points adds at maturity, whole points half-up.

    >>> growth(Decimal(333), Decimal(50))
    Decimal('167')
    """
    return round_half_up(to_fraction(amount) * to_fraction(percent) / 100, 0)


def share_returned(spent: Decimal, credited: Decimal, total: Decimal) -> Decimal:
    """Return how many of the points spent on an invoice come back for its credited part.

    >>> share_returned(Decimal(401), Decimal("12.50"), Decimal("25.00"))
    Decimal('201')
    """
    if total <= 0:
        return Decimal(0)
    part = min(to_fraction(credited) / to_fraction(total), 1)
    return round_half_up(to_fraction(spent) * max(part, 0), 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a member may spend: points a day and a month, and from where it is confirmed again.

    Zero is no limit.
    """

    day: Decimal
    month: Decimal
    confirm_above: Decimal


def check_spend(
    amount: Decimal, limits: Limits, spent_day: Decimal, spent_month: Decimal, confirmed: bool
) -> str | None:
    """Return the code of refusal of a spend, or None; what was spent before comes in net.

    >>> limits = Limits(Decimal(100_000), Decimal(500_000), Decimal(10_000))
    >>> check_spend(Decimal(10_001), limits, Decimal(0), Decimal(0), False)
    'review_required'
    >>> check_spend(Decimal(10_001), limits, Decimal(90_000), Decimal(90_000), True)
    'limit_reached'
    """
    if limits.day and spent_day + amount > limits.day:
        return "limit_reached"
    if limits.month and spent_month + amount > limits.month:
        return "limit_reached"
    if limits.confirm_above and amount > limits.confirm_above and not confirmed:
        return "review_required"
    return None
