"""Exact money: rounding once, by name, and shares that add up.

Amounts are ``Fraction`` or ``Decimal`` (never binary floating point). ``digits`` is the number of
decimals of the currency: 2 for USD, 0 for JPY and points, 3 for KWD.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

Exact = Fraction | Decimal | int


def to_fraction(value: Exact | str) -> Fraction:
    """Return ``value`` as a Fraction; binary floating point is refused.

    >>> to_fraction("0.10")
    Fraction(1, 10)
    """
    if isinstance(value, bool) or not isinstance(value, Fraction | Decimal | int | str):
        raise TypeError(f"an exact number is needed, not {type(value).__name__}")
    return Fraction(value)


def round_half_up(value: Exact | str, digits: int) -> Decimal:
    """Round half away from zero to ``digits`` decimals.

    >>> round_half_up("49.5", 0)
    Decimal('50')
    >>> round_half_up("-2.345", 2)
    Decimal('-2.35')
    """
    scaled = to_fraction(value) * 10**digits
    sign = -1 if scaled < 0 else 1
    units = sign * ((2 * abs(scaled).numerator + scaled.denominator) // (2 * scaled.denominator))
    return from_units(units, digits)


def from_units(units: int, digits: int) -> Decimal:
    """Return ``units`` of the smallest coin as an amount.

    >>> from_units(-235, 2)
    Decimal('-2.35')
    """
    sign = 1 if units < 0 else 0
    return Decimal((sign, tuple(int(d) for d in str(abs(units))), -digits))


def to_units(amount: Exact | str, digits: int) -> int:
    """Return ``amount`` in the smallest coin; an amount finer than that is an error.

    >>> to_units("2.35", 2)
    235
    """
    scaled = to_fraction(amount) * 10**digits
    if scaled.denominator != 1:
        raise ValueError(f"{amount} is finer than {digits} decimals")
    return scaled.numerator


def allocate(amount: Exact | str, weights: Sequence[Exact], digits: int) -> list[Decimal]:
    """Share ``amount`` by ``weights`` so that the parts add up exactly.

    Largest remainder; equal remainders go to the earlier part. A negative amount is shared as
    its mirror image, so a reversal takes back exactly what was given. All weights zero: all parts
    zero only if the amount is zero, else ``ValueError``.

    >>> allocate("100.00", [1, 1, 1], 2)
    [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    """
    units = to_units(amount, digits)
    exact = [to_fraction(weight) for weight in weights]
    if any(weight < 0 for weight in exact):
        raise ValueError("weights cannot be negative")
    total = sum(exact, Fraction(0))
    if not total:
        if units:
            raise ValueError("an amount cannot be shared by weights that are all zero")
        return [from_units(0, digits) for _ in exact]
    sign = -1 if units < 0 else 1
    shares = [abs(units) * weight / total for weight in exact]
    parts = [share.numerator // share.denominator for share in shares]
    left = abs(units) - sum(parts)
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for index in order[:left]:
        parts[index] += 1
    return [from_units(sign * part, digits) for part in parts]
