"""Ladders of members: who rises at once, who stands where after a period was closed.

A rank is reached by figures (points earned, growth value …), bought, or granted. What was bought or
granted is a floor: figures may lift somebody above it, and never below.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

LIFETIME = "lifetime"
UNITS = ("month", "quarter", "year")

# (metric, period) → what somebody has
Figures = Mapping[tuple[str, str], Fraction]


@dataclass(frozen=True, slots=True)
class Requirement:
    """``metric`` within ``period`` (lifetime, or the calendar month, quarter, year) must reach
    ``at_least``."""

    metric: str
    period: str
    at_least: Fraction

    @property
    def name(self) -> tuple[str, str]:
        return self.metric, self.period

    def is_met(self, figures: Figures) -> bool:
        return figures.get(self.name, Fraction(0)) >= self.at_least


@dataclass(frozen=True, slots=True)
class Rank:
    """``is_any``: one requirement is enough. ``can_be_lost``: a closed period below it, after
    ``grace_count`` more of them, ends it."""

    code: str
    requirements: tuple[Requirement, ...] = ()
    is_any: bool = False
    can_be_lost: bool = False
    grace_count: int = 0

    def is_met(self, figures: Figures) -> bool:
        met = [requirement.is_met(figures) for requirement in self.requirements]
        return any(met) if self.is_any else all(met)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Ranks from low to high."""

    code: str
    ranks: tuple[Rank, ...]

    def index(self, code: str | None) -> int:
        """Return the place of a rank from 0, -1 for none (or one the ladder no longer has)."""
        return next((i for i, rank in enumerate(self.ranks) if rank.code == code), -1)

    def code_at(self, index: int) -> str | None:
        return self.ranks[index].code if index >= 0 else None

    @property
    def everybodys(self) -> str | None:
        """The lowest rank if it asks for nothing: everyone holds it."""
        return self.ranks[0].code if self.ranks and not self.ranks[0].requirements else None

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """The figures its requirements ask for."""
        return frozenset(r.name for rank in self.ranks for r in rank.requirements)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands: ``floor`` was bought or granted, ``miss_count`` closed periods lie
    below the rank."""

    rank: str | None = None
    floor: str | None = None
    miss_count: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A step to ``rank`` (None: no rank any more) and the figures that caused it."""

    rank: str | None
    before: str | None
    cause: str
    floor: str | None = None
    miss_count: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


def highest_met(ladder: Ladder, figures: Figures, held: int = -1) -> int:
    """Return the place of the highest rank whose requirements are met, at least ``held``.

    A rank without requirements is given only, but for the lowest: that is everybody's.
    """
    best = held
    for index, rank in enumerate(ladder.ranks):
        is_reached = rank.is_met(figures) if rank.requirements else index == 0
        if is_reached:
            best = max(best, index)
    return best


def explain(rank: Rank | None, figures: Figures) -> dict[str, str]:
    """Return the figures behind a rank's requirements, by ``metric period``."""
    return {
        " ".join(r.name): str(figures.get(r.name, Fraction(0)))
        for r in (rank.requirements if rank else ())
    }


def rise(ladder: Ladder, standing: Standing, figures: Figures) -> Change | None:
    """Return the step up that the figures cause now, or None. Nobody falls here.

    >>> gold = Rank("gold", (Requirement("points", "lifetime", Fraction(10)),))
    >>> rise(Ladder("x", (gold,)), Standing(), {("points", "lifetime"): Fraction(12)}).rank
    'gold'
    """
    held = ladder.index(standing.rank)
    met = highest_met(ladder, figures, held)
    if met <= held:
        return None
    reached = ladder.ranks[met]
    values = explain(reached, figures)
    return Change(reached.code, standing.rank, "met", standing.floor, 0, values)


def give(ladder: Ladder, standing: Standing, code: str | None, cause: str) -> Change | None:
    """Return the step by decision: a ``grant`` sets the rank, a ``purchase`` never lowers it.

    None if that changes nothing. The rank given is the floor from now on.
    """
    floor = code
    rank = code
    if cause == "purchase":
        rank = ladder.code_at(max(ladder.index(code), ladder.index(standing.rank)))
        floor = ladder.code_at(max(ladder.index(code), ladder.index(standing.floor)))
    if (rank, floor) == (standing.rank, standing.floor):
        return None
    return Change(rank, standing.rank, cause, floor)


def take_back(
    ladder: Ladder, standing: Standing, floor: str | None, figures: Figures
) -> Change | None:
    """Return the step after a gift or purchase was undone; ``floor`` is what else was given.

    The rank falls to the floor, or to what the figures reach; a rank that cannot be lost was
    perhaps reached by figures since: then they still reach it.
    """
    rank = ladder.code_at(max(highest_met(ladder, figures), ladder.index(floor)))
    if (rank, floor) == (standing.rank, standing.floor):
        return None
    values = explain(ladder.ranks[ladder.index(rank)] if rank else None, figures)
    return Change(rank, standing.rank, "undone", floor, 0, values)


# ------------------------------------------------------------------
# Close
# ------------------------------------------------------------------


def closing_unit(ladder: Ladder) -> str | None:
    """Return whose close sets the ladder's ranks: the longest period its figures are counted over,
    the month for lifetime figures that can shrink, None if no rank can be lost."""
    if not any(rank.can_be_lost for rank in ladder.ranks):
        return None
    units = [period for _metric, period in ladder.names if period in UNITS]
    return max(units, key=UNITS.index, default="month")


def stand(ladder: Ladder, standing: Standing, closed: Figures, running: Figures) -> Change | None:
    """Return how somebody's rank changes when a period is closed.

    The closed period's figures count, or what the running period's reach already; below the rank
    its grace is used up first, one closed period each, and then it falls to what is met.
    """
    held = ladder.index(standing.rank)
    if held < 0:
        return None
    met = max(highest_met(ladder, closed), highest_met(ladder, running))
    best = max(met, ladder.index(standing.floor))
    rank = ladder.ranks[held]
    if best >= held or not rank.can_be_lost:
        return _keep(standing, 0) if standing.miss_count else None
    missed = standing.miss_count + 1
    if missed <= rank.grace_count:
        return _keep(standing, missed)
    values = explain(rank, closed)
    return Change(ladder.code_at(best), rank.code, "close", standing.floor, 0, values)


def _keep(standing: Standing, miss_count: int) -> Change:
    return Change(standing.rank, standing.rank, "grace", standing.floor, miss_count)


# ------------------------------------------------------------------
# What people are shown
# ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One requirement of the next rank: what there is, what is wanted, and the part done (0–1)."""

    metric: str
    period: str
    value: Fraction
    wanted: Fraction

    @property
    def is_met(self) -> bool:
        return self.value >= self.wanted

    @property
    def missing(self) -> Fraction:
        return max(self.wanted - self.value, Fraction(0))

    @property
    def part(self) -> Fraction:
        if self.wanted <= 0:
            return Fraction(int(self.is_met))
        return max(Fraction(0), min(Fraction(1), self.value / self.wanted))


def progress(ladder: Ladder, held: str | None, figures: Figures) -> tuple[Rank, list[Step]] | None:
    """Return the next rank that figures can reach and how far each is; None on the highest."""
    for rank in ladder.ranks[ladder.index(held) + 1 :]:
        if rank.requirements:
            steps = [
                Step(r.metric, r.period, figures.get(r.name, Fraction(0)), r.at_least)
                for r in rank.requirements
            ]
            return rank, steps
    return None


def distribute(ladder: Ladder, members: Iterable[tuple[Standing, Figures]]) -> dict:
    """Return rank code (None: no rank) → how many would stand there by the ladder as it is given.

    What was bought or granted stays, and so does a rank that cannot be lost; others go by figures.
    """
    counts: Counter = Counter()
    for standing, figures in members:
        held = ladder.index(standing.rank)
        kept = held if held >= 0 and not ladder.ranks[held].can_be_lost else -1
        floor = ladder.index(standing.floor)
        counts[ladder.code_at(highest_met(ladder, figures, max(kept, floor)))] += 1
    return {code: counts[code] for code in (None, *(rank.code for rank in ladder.ranks))}
