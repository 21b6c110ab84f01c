"""What outstanding points are worth: bought ones what was paid for them, others the point's price."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .lots import BOUGHT
from .money import round_half_up, to_fraction


@dataclass(frozen=True, slots=True)
class Held:
    """Points that members hold: of a nature, and what ``bundle`` of them was paid for, if known."""

    nature: str
    points: Decimal
    paid: Decimal | None = None
    bundle: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Whole points, how many of them were bought, and their value in money."""

    points: Decimal
    bought: Decimal
    value: Decimal


def outstanding(rows: Iterable[Held], price: Decimal, digits: int) -> Outstanding:
    """Return what is owed for the points, rounded once.

    Example: 1000 bought for 99.00, of which 400 are left, and 300 earned at 0.10.

    >>> outstanding([Held("bought", Decimal(400), Decimal("99.00"), Decimal(1000)),
    ...              Held("earned", Decimal(300))], Decimal("0.10"), 2)
    Outstanding(points=Decimal('700'), bought=Decimal('400'), value=Decimal('69.60'))
    """
    points, bought, value = Decimal(0), Decimal(0), Fraction(0)
    for row in rows:
        points += row.points
        if row.nature == BOUGHT:
            bought += row.points
        is_known = row.nature == BOUGHT and row.paid is not None and row.bundle
        each = to_fraction(row.paid) / to_fraction(row.bundle) if is_known else to_fraction(price)
        value += to_fraction(row.points) * each
    return Outstanding(points, bought, round_half_up(value, digits))
