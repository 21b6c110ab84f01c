"""A draw that anybody can check: the seed is fixed before, shown after; odds are whole numbers.

Before the draw opens the SHA-256 of a secret seed is published. A ticket's number is
HMAC-SHA256(seed, ticket's key); scaled to the sum of the weights it falls on one prize. When the
draw ends the seed is shown, and each result can be worked out again with any tool.
"""

import hashlib
import hmac
from collections.abc import Sequence
from fractions import Fraction

BITS = 256


def seed_hash(seed: str) -> str:
    """Return what is published before the draw: SHA-256 of the seed's text, in hex.

    >>> seed_hash("abc")[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(seed.encode()).hexdigest()


def ticket_key(draw: str, ticket: int, word: str) -> str:
    """Return what a ticket is drawn with: draw, number of the ticket, the member's own word.

    >>> ticket_key("spring", 7, "luck")
    'spring:7:luck'
    """
    return f"{draw}:{ticket}:{word}"


def draw_digest(seed: str, key: str) -> str:
    """Return HMAC-SHA256(seed, key) in hex."""
    return hmac.new(seed.encode(), key.encode(), hashlib.sha256).hexdigest()


def draw_position(digest: str, total: int) -> int:
    """Return the place among ``total`` that a digest falls on: digest × total ÷ 2²⁵⁶, rounded down.

    >>> draw_position("8" + "0" * 63, 100)
    50
    """
    if total < 1:
        raise ValueError("the weights of a draw add up to more than nothing")
    return int(digest, 16) * total >> BITS


def pick(position: int, weights: Sequence[int]) -> int:
    """Return the index of the prize that holds a place: the first has the lowest places.

    >>> [pick(place, [1, 9, 90]) for place in (0, 1, 9, 10, 99)]
    [0, 1, 1, 2, 2]
    """
    for index, weight in enumerate(weights):
        if position < weight:
            return index
        position -= weight
    raise ValueError("the place lies beyond the weights")


def odds(weight: int, weights: Sequence[int]) -> Fraction:
    """Return the exact chance of a prize.

    >>> odds(1, [1, 9, 90])
    Fraction(1, 100)
    """
    return Fraction(weight, sum(weights))
