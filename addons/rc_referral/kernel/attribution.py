"""Who brought a member or an order: pure decision over candidates, each kept with its reason.

Between the classes the order of evidence holds (``EVIDENCE``, strongest first); a campaign may put
coupons above deals. Within a class the last candidate wins; among link touches the model of the
campaign chooses, or splits the sale between the participants (:mod:`.split`). A candidate is valid in
``[at, at + window)``, its own window or the rules'.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from .split import split_links

EVIDENCE = (
    "claim",
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
LINK_MODELS = ("last_touch", "first_touch", "code_entered", "coupon_wins", "linear", "position")
SPLITS = ("linear", "position")
LATE_COUPON = "late_coupon"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One piece of evidence: ``participant`` and ``code`` are record ids, ``at`` naive UTC.

    ``window``: how long this one counts (None: as the rules say); ``is_entered``: the visitor wrote
    the code on a page of ours instead of following a link; ``is_coupon``: the link of a coupon;
    ``is_for_new``: counts for customers only who had not bought before it; ``is_corrected``: spoke
    for a sponsor whom the member or a manager has corrected since.
    """

    evidence: str
    participant: int
    at: datetime
    code: int | None = None
    touch: int | None = None
    window: timedelta | None = None
    is_entered: bool = False
    is_coupon: bool = False
    is_for_new: bool = False
    is_corrected: bool = False

    def __post_init__(self):
        if self.evidence not in EVIDENCE:
            raise ValueError(f"unknown evidence {self.evidence!r}")


@dataclass(frozen=True, slots=True)
class Rules:
    """``window``: how long a touch counts; ``link_lead``: how old a touch must be to displace;
    ``is_coupon_above_deal``: the campaign's exception from the order of evidence;
    ``customer_since``: when the buyer bought for the first time, if ever."""

    window: timedelta = timedelta(days=30)
    link_model: str = "last_touch"
    link_lead: timedelta = timedelta(0)
    is_coupon_above_deal: bool = False
    customer_since: datetime | None = None

    def __post_init__(self):
        if self.link_model not in LINK_MODELS:
            raise ValueError(f"unknown link model {self.link_model!r}")
        if self.window <= timedelta(0):
            raise ValueError("the window must be longer than nothing")

    @property
    def order(self) -> tuple[str, ...]:
        """The classes of evidence, strongest first.

        >>> Rules(is_coupon_above_deal=True).order[1:5]
        ('typed_code', 'activation', 'coupon', 'deal')
        """
        if not self.is_coupon_above_deal:
            return EVIDENCE
        swapped = {"deal": "coupon", "coupon": "deal"}
        return tuple(swapped.get(word, word) for word in EVIDENCE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a candidate won or lost; ``reason`` is one of the words below.

    won · shared · own_code · in_future · outside_window · existing_customer · weaker_evidence ·
    older · newer · too_fresh · not_entered · no_coupon · corrected
    """

    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The winner (or None) and a verdict on each candidate, strongest evidence first.

    ``shares``: participant and part of the sale, parts add up to 1 (empty without a winner);
    ``flags``: words for somebody to look at it, ``late_coupon``.
    """

    winner: Candidate | None
    verdicts: tuple[Verdict, ...]
    shares: tuple[tuple[int, Fraction], ...] = ()
    flags: tuple[str, ...] = ()

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

    A link touch younger than ``link_lead`` wins only where no older valid touch of another
    participant exists; a coupon so young wins and is flagged. The order of the input is irrelevant:
    equal candidates are ordered by instant and ids.

    >>> start = datetime(2026, 5, 1)
    >>> link = Candidate("link", participant=7, at=start, code=1, touch=1)
    >>> typed = Candidate("typed_code", participant=8, at=start + timedelta(days=2), code=2)
    >>> decision = decide([link, typed], start + timedelta(days=3), Rules())
    >>> decision.evidence, [verdict.reason for verdict in decision.verdicts]
    ('typed_code', ['won', 'weaker_evidence'])
    """
    order = rules.order
    ordered = sorted(set(candidates), key=lambda c: _sort_key(c, order))
    refused = {c: _refusal(c, at, rules, own_participants) for c in ordered}
    standing = [c for c in ordered if refused[c] is None]
    if not standing:
        return Decision(None, tuple(Verdict(c, refused[c]) for c in ordered))
    best = [c for c in standing if c.evidence == standing[0].evidence]
    reasons = _rank_links(best, at, rules) if best[0].evidence == "link" else _rank(best)
    winner = next(c for c, reason in reasons.items() if reason == "won")
    shares = {winner.participant: Fraction(1)}
    if winner.evidence == "link" and rules.link_model in SPLITS:
        sharers = [c for c, reason in reasons.items() if reason != "too_fresh"]
        shares = split_links(rules.link_model, [c.participant for c in reversed(sharers)])
        reasons = _name_sharers(reasons, winner)
    late = winner.evidence == "coupon" and at - winner.at < rules.link_lead
    return Decision(
        winner,
        tuple(Verdict(c, refused[c] or reasons.get(c, "weaker_evidence")) for c in ordered),
        tuple(shares.items()),
        (LATE_COUPON,) if late else (),
    )


def _sort_key(candidate: Candidate, order: tuple[str, ...]):
    """Strongest class first, then newest first."""
    return (
        order.index(candidate.evidence),
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
    if candidate.is_corrected:
        return "corrected"
    window = candidate.window or (rules.window if candidate.evidence in WINDOWED else None)
    if window and at >= candidate.at + window:
        return "outside_window"
    since = rules.customer_since
    if candidate.is_for_new and since is not None and since < candidate.at:
        return "existing_customer"
    return None


def _rank(best: list[Candidate]) -> dict[Candidate, str]:
    """Return the verdict on each of one class, newest first: the last one wins."""
    return {c: "older" if number else "won" for number, c in enumerate(best)}


def _rank_links(links: list[Candidate], at: datetime, rules: Rules) -> dict[Candidate, str]:
    """Return the verdict on each valid touch, newest first."""
    if rules.link_model == "first_touch":
        return {c: "won" if c is links[-1] else "newer" for c in links}
    weaker, standing = {}, links
    for model, word, name in (
        ("code_entered", "not_entered", "is_entered"),
        ("coupon_wins", "no_coupon", "is_coupon"),
    ):
        if rules.link_model == model and any(getattr(c, name) for c in links):
            weaker = {c: word for c in links if not getattr(c, name)}
            standing = [c for c in links if getattr(c, name)]
    fresh = [c for c in standing if at - c.at < rules.link_lead]
    settled = [c for c in standing if c not in fresh]
    winner = settled[0] if settled else standing[-1]
    reasons = {}
    for touch in links:
        if touch == winner:
            reasons[touch] = "won"
        elif touch in weaker:
            reasons[touch] = weaker[touch]
        else:
            reasons[touch] = "too_fresh" if touch in fresh else "older"
    return reasons


def _name_sharers(reasons: dict[Candidate, str], winner: Candidate) -> dict[Candidate, str]:
    """Of each other participant who shares, the newest touch says so."""
    seen = {winner.participant}
    named = {}
    for touch, reason in reasons.items():
        is_sharer = reason == "older" and touch.participant not in seen
        named[touch] = "shared" if is_sharer else reason
        if is_sharer:
            seen.add(touch.participant)
    return named
