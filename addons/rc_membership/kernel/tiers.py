"""Which tier somebody has on a day, and where days that are given go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Held:
    """A tier somebody holds in ``[start, end)``; ``end`` None: without end.

    ``rank`` orders tiers (higher is better), ``tier`` names it.
    """

    tier: int
    rank: tuple
    start: date
    end: date | None = None

    def is_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


def highest(held: Iterable[Held], day: date) -> Held | None:
    """Return what counts on ``day``: the highest tier held then, of equals the one held longest.

    >>> a, b = Held(1, (10,), date(2026, 1, 1)), Held(2, (20,), date(2026, 1, 5), date(2026, 1, 8))
    >>> [highest([a, b], date(2026, 1, day)).tier for day in (4, 5, 7, 8)]
    [1, 2, 2, 1]
    """
    live = [one for one in held if one.is_on(day)]
    return max(live, key=lambda one: (one.rank, one.end or date.max), default=None)


def place_days(held: Iterable[Held], tier: int, rank: tuple, days: int, on: date) -> Held:
    """Return where ``days`` of a tier go that somebody is given ``on`` a day.

    They start when what is at least as high ends, so that no day is lost beside something better;
    beside a tier without end they start at once.

    >>> running = Held(1, (10,), date(2026, 1, 1), date(2026, 1, 20))
    >>> place_days([running], 1, (10,), 7, date(2026, 1, 5)).end
    datetime.date(2026, 1, 27)
    """
    if days < 1:
        raise ValueError("at least one day is given")
    start = on
    for one in sorted(held, key=lambda h: (h.start, h.end or date.max)):
        covers = one.rank >= rank and one.is_on(start)
        if covers and one.end is None:
            start = on
            break
        if covers:
            start = one.end
    return Held(tier, rank, start, start + timedelta(days=days))
