"""Decisions about points: what a grant repays, what a take-back costs, what a payment earns."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


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
