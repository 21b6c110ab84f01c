"""The growth value: what an event is worth, how a period is scored, and who stays away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from .money import round_half_up
from .periods import add_months

BEHAVIOUR, RFM, COMBINED = "behaviour", "rfm", "combined"
LOWEST = 1
SEGMENTS = ("champion", "loyal", "fresh", "regular", "at_risk", "lost")


# ------------------------------------------------------------------
# Behaviour
# ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """``value`` for each time; 0 limits nothing. ``rank_index`` is the lowest rank it counts from."""

    value: int
    count_max: int = 0
    day_max: int = 0
    amount_min: Fraction = Fraction(0)
    is_goods_only: bool = False
    rank_index: int = 0


@dataclass(frozen=True, slots=True)
class Doing:
    """What a member did ``count`` times, and what counted before (ever, on the same day)."""

    count: int
    amount: Fraction | None
    is_goods: bool
    rank_index: int
    counted_ever: int
    counted_day: int


def behaviour(rule: Rule, doing: Doing) -> tuple[int, int]:
    """Return (how often it counts, growth value before any weight).

    >>> behaviour(Rule(20, count_max=10), Doing(3, None, False, 0, 8, 0))
    (2, 40)
    """
    amount = doing.amount if doing.amount is not None else Fraction(0)
    if (
        doing.rank_index < rule.rank_index
        or amount < rule.amount_min
        or (rule.is_goods_only and not doing.is_goods)
    ):
        return 0, 0
    count = doing.count
    if rule.count_max:
        count = min(count, rule.count_max - doing.counted_ever)
    if rule.day_max:
        count = min(count, rule.day_max - doing.counted_day)
    count = max(count, 0)
    return count, count * rule.value


def purchase(net: Fraction, factor: Fraction, share: Fraction) -> int:
    """Return the growth for net money received: whole, rounded down.

    :param share: of the behaviour in the program's model, 1 for all of it
    """
    return int(max(net, Fraction(0)) * factor * share)


def share_of(model: str, weight: Fraction) -> Fraction:
    """Return which part of the behaviour counts in a growth model."""
    return {BEHAVIOUR: Fraction(1), RFM: Fraction(0)}.get(model, weight)


def weigh(value: int, share: Fraction) -> int:
    """Return a behaviour's value in the program's model, rounded half-up."""
    return int(round_half_up(Fraction(value) * share, 0))


# ------------------------------------------------------------------
# Recency, frequency, monetary
# ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Band:
    """One of five bands, 5 is the best. ``limit``: at most so many days (recency), or at least so
    many orders, so much money. The lowest band has whoever is in no other."""

    number: int
    limit: Fraction
    score: int


@dataclass(frozen=True, slots=True)
class Bands:
    recency: tuple[Band, ...]
    frequency: tuple[Band, ...]
    monetary: tuple[Band, ...]

    @property
    def is_complete(self) -> bool:
        return bool(self.recency and self.frequency and self.monetary)


@dataclass(frozen=True, slots=True)
class Buying:
    """What somebody bought up to a period's end: the last day, orders and money of the window, and
    orders of the last 90 days and of the 90 days before."""

    last_on: date
    order_count: int
    net: Fraction
    recent_count: int = 0
    before_count: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    recency: int
    frequency: int
    monetary: int
    value: int

    @property
    def segment(self) -> str:
        """Return the segment of the three bands, one of :data:`SEGMENTS`."""
        recency, frequency, monetary = self.recency, self.frequency, self.monetary
        if min(recency, frequency, monetary) >= 4:
            return "champion"
        if frequency >= 4 and recency >= 3:
            return "loyal"
        if recency >= 4 and frequency <= 2:
            return "fresh"
        if recency <= 2 and (frequency >= 3 or monetary >= 4):
            return "at_risk"
        return "lost" if recency == LOWEST else "regular"


def pick_at_least(bands: Sequence[Band], figure: Fraction) -> Band:
    """Return the best band whose limit is reached, else the lowest."""
    ranked = sorted(bands, key=lambda band: band.number)
    reached = [band for band in ranked[1:] if figure >= band.limit]
    return reached[-1] if reached else ranked[0]


def pick_at_most(bands: Sequence[Band], figure: Fraction) -> Band:
    """Return the best band whose limit is not passed, else the lowest."""
    ranked = sorted(bands, key=lambda band: band.number)
    kept = [band for band in ranked[1:] if figure <= band.limit]
    return kept[-1] if kept else ranked[0]


def score(bands: Bands, buying: Buying, end: date) -> Score:
    """Return the score of a period that ended before ``end`` (the day after it)."""
    days = (end - timedelta(days=1) - buying.last_on).days
    found = (
        pick_at_most(bands.recency, Fraction(days)),
        pick_at_least(bands.frequency, Fraction(buying.order_count)),
        pick_at_least(bands.monetary, buying.net),
    )
    return Score(*(band.number for band in found), sum(band.score for band in found))


def is_falling(buying: Buying, count_min: int, part_left: Fraction) -> bool:
    """Tell whether somebody who used to buy often now buys at most ``part_left`` as often."""
    before = buying.before_count
    return before >= max(count_min, 1) and buying.recent_count <= before * part_left


def window_start(end: date, months: int) -> date:
    """Return the first day of a window of so many months that ends before ``end``."""
    return add_months(end, -months)
