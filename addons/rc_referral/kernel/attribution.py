"""Who brought a member or an order: pure decision over candidates, each kept with its reason.

Between the classes the order of evidence holds (``EVIDENCE``, strongest first). Within a class the
last candidate wins; among link touches the first may win instead (``Rules.link_model``). The window
``[at, at + window)`` says how long typed codes and touches count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

EVIDENCE = (
    "typed_code",
    "activation",
    "deal",
    "coupon",
    "link",
    "sponsor",
    "salesperson",
)
NONE = "none"
WINDOWED = frozenset({"typed_code", "activation", "coupon", "link"})
LINK_MODELS = ("last_touch", "first_touch")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One piece of evidence: ``participant`` and ``code`` are record ids, ``at`` naive UTC."""

    evidence: str
    participant: int
    at: datetime
    code: int | None = None
    touch: int | None = None

    def __post_init__(self):
        if self.evidence not in EVIDENCE:
            raise ValueError(f"unknown evidence {self.evidence!r}")


@dataclass(frozen=True, slots=True)
class Rules:
    """``window``: how long a touch counts; ``link_lead``: how old a touch must be to displace."""

    window: timedelta = timedelta(days=30)
    link_model: str = "last_touch"
    link_lead: timedelta = timedelta(0)

    def __post_init__(self):
        if self.link_model not in LINK_MODELS:
            raise ValueError(f"unknown link model {self.link_model!r}")
        if self.window <= timedelta(0):
            raise ValueError("the window must be longer than nothing")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a candidate won or lost; ``reason`` is one of the words below.

    won · own_code · in_future · outside_window · weaker_evidence · older · newer · too_fresh
    """

    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The winner (or None) and a verdict on each candidate, strongest evidence first."""

    winner: Candidate | None
    verdicts: tuple[Verdict, ...]

    @property
    def evidence(self) -> str:
        return self.winner.evidence if self.winner else NONE


def decide(
    candidates: Iterable[Candidate],
    at: datetime,
    rules: Rules,
    own_participants: frozenset[int] = frozenset(),
) -> Decision:
    """Choose the winner at the instant ``at``; nobody in ``own_participants`` can win.

    A touch is valid in ``[touch, touch + window)``. A link touch younger than ``link_lead`` wins
    only where no older valid touch of another participant exists. The order of the input is
    irrelevant: equal candidates are ordered by instant and ids.

    >>> start = datetime(2026, 5, 1)
    >>> link = Candidate("link", participant=7, at=start, code=1, touch=1)
    >>> typed = Candidate("typed_code", participant=8, at=start + timedelta(days=2), code=2)
    >>> decision = decide([link, typed], start + timedelta(days=3), Rules())
    >>> decision.evidence, [verdict.reason for verdict in decision.verdicts]
    ('typed_code', ['won', 'weaker_evidence'])
    """
    ordered = sorted(set(candidates), key=_sort_key)
    refused = {c: _refusal(c, at, rules, own_participants) for c in ordered}
    standing = [c for c in ordered if refused[c] is None]
    winner = _choose(standing, at, rules)
    return Decision(
        winner,
        tuple(Verdict(c, refused[c] or _explain(c, winner, at, rules)) for c in ordered),
    )


def _sort_key(candidate: Candidate):
    """Strongest class first, then newest first."""
    return (
        EVIDENCE.index(candidate.evidence),
        -(candidate.at - datetime(1970, 1, 1)).total_seconds(),
        -(candidate.touch or 0),
        -(candidate.code or 0),
        candidate.participant,
    )


def _refusal(candidate, at, rules, own_participants) -> str | None:
    """Return why the candidate cannot win whoever else there is, or None."""
    if candidate.participant in own_participants:
        return "own_code"
    if candidate.at > at:
        return "in_future"
    if candidate.evidence in WINDOWED and at >= candidate.at + rules.window:
        return "outside_window"
    return None


def _choose(standing: list[Candidate], at: datetime, rules: Rules) -> Candidate | None:
    """Return the winner among valid candidates, which are strongest and newest first."""
    if not standing:
        return None
    best = [c for c in standing if c.evidence == standing[0].evidence]
    if best[0].evidence != "link":
        return best[0]
    if rules.link_model == "first_touch":
        return best[-1]
    settled = [c for c in best if at - c.at >= rules.link_lead]
    return settled[0] if settled else best[-1]


def _explain(candidate: Candidate, winner: Candidate, at: datetime, rules: Rules) -> str:
    """Return why a valid candidate won or lost."""
    if candidate == winner:
        return "won"
    if candidate.evidence != winner.evidence:
        return "weaker_evidence"
    if candidate.evidence == "link" and rules.link_model == "last_touch":
        if at - candidate.at < rules.link_lead:
            return "too_fresh"
    return "newer" if _sort_key(candidate) < _sort_key(winner) else "older"
