"""What a line is worth: discounts spread over the lines they lower."""

from collections.abc import Sequence
from fractions import Fraction


def spread_discounts(amounts: Sequence[Fraction]) -> list[Fraction]:
    """Return the amounts with the negative ones taken off the positive ones in proportion.

    A discount, coupon or spent point is a negative line of the invoice; what was paid for the
    other lines is less by it. Exact; the sum stays, unless discounts exceed it (then all zero).

    >>> spread_discounts([Fraction(60), Fraction(40), Fraction(-10)])
    [Fraction(54, 1), Fraction(36, 1), Fraction(0, 1)]
    """
    positive = sum((amount for amount in amounts if amount > 0), Fraction(0))
    negative = sum((amount for amount in amounts if amount < 0), Fraction(0))
    if positive + negative <= 0:
        return [Fraction(0) for _ in amounts]
    keep = (positive + negative) / positive
    return [amount * keep if amount > 0 else Fraction(0) for amount in amounts]
