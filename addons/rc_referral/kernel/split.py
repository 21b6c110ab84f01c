"""Sharing a sale between participants: by the touches of its buyer, and with the sponsor."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

FIRST = LAST = Fraction(2, 5)
PAID_BY = ("winner", "sponsor", "half")
HALF = Fraction(1, 2)


def split_links(model: str, participants: Sequence[int]) -> dict[int, Fraction]:
    """Return participant → part of the sale.

    ``linear``: equal parts. ``position``: 40 % to the first, 40 % to the last, the rest in equal
    parts to the others; without others first and last have half each.

    :param participants: one per touch, oldest first, repetitions as they come

    >>> split_links("linear", [7, 8, 7, 9]) == dict.fromkeys((7, 8, 9), Fraction(1, 3))
    True
    >>> split_links("position", [7, 8, 7]) == {7: Fraction(4, 5), 8: Fraction(1, 5)}
    True
    """
    people = list(dict.fromkeys(participants))
    if model == "linear" or len(people) == 1:
        return {person: Fraction(1, len(people)) for person in people}
    first, last = participants[0], participants[-1]
    others = [person for person in people if person not in (first, last)]
    if not others:
        return {first: HALF, last: HALF}
    shares = dict.fromkeys(people, Fraction(0))
    shares[first] += FIRST
    shares[last] += LAST
    for person in others:
        shares[person] += (1 - FIRST - LAST) / len(others)
    return shares


def pay_sponsor(
    shares: Mapping[int, Fraction], sponsor: int | None, paid_by: str
) -> dict[int, Fraction]:
    """Return who is paid where the order was brought by others than the buyer's sponsor.

    ``winner``: as decided; ``sponsor``: the sponsor alone; ``half``: one half each.

    >>> pay_sponsor({7: Fraction(1)}, 8, "half") == {7: Fraction(1, 2), 8: Fraction(1, 2)}
    True
    >>> pay_sponsor({7: Fraction(1)}, None, "sponsor") == {7: Fraction(1)}
    True
    """
    if paid_by not in PAID_BY:
        raise ValueError(f"unknown rule {paid_by!r}")
    if sponsor is None or not shares or paid_by == "winner":
        return dict(shares)
    if paid_by == "sponsor":
        return {sponsor: Fraction(1)}
    paid = {person: share * HALF for person, share in shares.items()}
    paid[sponsor] = paid.get(sponsor, Fraction(0)) + HALF
    return paid
