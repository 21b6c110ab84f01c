"""Leaderboards, missions and sets of pieces: who stands where, what is done, what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

ODDS_BASE = 10_000  # chances are given in hundredths of a percent


@dataclass(frozen=True, slots=True)
class Figure:
    """What somebody reached on a board; ``since`` is when they got there."""

    person: int
    value: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Place:
    number: int
    person: int
    value: int


def rank(figures: Iterable[Figure]) -> list[Place]:
    """Return the places of a board: the higher figure first, of equals who was there first.

    Nobody shares a place, so a prize is never given twice. Zero is no place.

    >>> at = datetime(2026, 1, 1)
    >>> [place.person for place in rank([Figure(1, 5, at), Figure(2, 9, at), Figure(3, 0, at)])]
    [2, 1]
    """
    standing = sorted(
        (figure for figure in figures if figure.value > 0),
        key=lambda figure: (-figure.value, figure.since, figure.person),
    )
    return [Place(number, f.person, f.value) for number, f in enumerate(standing, 1)]


def missing(pieces: Sequence[int], held: Mapping[int, int]) -> list[int]:
    """Return the pieces of a set that are not held yet.

    >>> missing([1, 2, 3], {1: 2, 3: 1})
    [2]
    """
    return [piece for piece in pieces if not held.get(piece)]


def full_sets(pieces: Sequence[int], held: Mapping[int, int]) -> int:
    """Return how many full sets somebody holds.

    >>> full_sets([1, 2], {1: 3, 2: 2}), full_sets([], {})
    (2, 0)
    """
    return min((held.get(piece, 0) for piece in pieces), default=0)
