"""What the engine reads and returns: frozen values, exact numbers, no records and no clock.

People are named by ids (the adapters use ids of ``res.partner``, scenario files their words), lines
and sales by the keys of their source records. Amounts are ``Fraction`` while computing and
``Decimal`` once rounded; days are dates in the company's time zone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

PersonId = int | str
Pool = str  # "<plan>:<pool>", a payee that is no person

# ------------------------------------------------------------------
# People and purchases
# ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as they are now.

    ``joined`` and then ``number`` order people who share something equally; ``regions`` (level →
    territory) are those a regional partner owns; ``training`` are the codes of trainings passed;
    ``active`` says that the own paid membership runs.
    """

    id: PersonId
    role: str = "member"
    joined: date | None = None
    number: int = 0
    tier: str | None = None
    country: str | None = None
    kyc: bool = True
    active: bool = False
    training: frozenset[str] = frozenset()
    parent: PersonId | None = None
    manager: PersonId | None = None
    team: PersonId | None = None
    regions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a customer invoice, discounts already spread, in the sale's currency.

    ``key`` is ``account.move.line:<id>``; ``kind`` is first, renewal, upgrade, package or other;
    ``cost`` is what the goods cost us (for plans that pay on the margin).
    """

    key: str
    net: Fraction
    gross: Fraction
    quantity: Fraction = Fraction(1)
    kind: str = "first"
    product: str | None = None
    tier: str | None = None
    category: str | None = None
    cost: Fraction = Fraction(0)

    def worth(self, basis: str) -> Fraction:
        """Return what a percentage is of: ``net``, ``gross`` or ``margin`` (never below zero)."""
        if basis == "margin":
            return max(Fraction(0), self.net - self.cost)
        return self.gross if basis == "gross" else self.net


@dataclass(frozen=True, slots=True)
class Sale:
    """Money received on an invoice: the event that pays.

    ``on`` is the day of the first received payment; ``exchange`` maps a currency to how many of it
    one unit of the sale's currency was worth on the invoice's date; ``order_key`` is what "once
    per order" means (``sale.order:<id>``); ``number`` counts the buyer's paid orders, this one
    included; ``regions`` (level → territory) is the shipping address; ``sellers`` (person and part,
    parts add up to 1) where the attribution is shared, else the ``seller`` alone has it; ``guild``
    (the key of its fund) and ``guild_leader`` are those of the buyer on that day.
    """

    key: str
    order_key: str
    on: date
    currency: str
    exchange: Mapping[str, Fraction]
    buyer: PersonId
    seller: PersonId | None
    salesperson: PersonId | None
    lines: tuple[Line, ...]
    number: int = 1
    channel: str | None = None
    campaign: str | None = None
    regions: Mapping[str, str] = field(default_factory=dict)
    sellers: tuple[tuple[PersonId, Fraction], ...] = ()
    service_point: PersonId | None = None
    guild: int | str | None = None
    guild_leader: PersonId | None = None

    def get_sellers(self) -> tuple[PersonId | None, ...]:
        """Return everybody the sale is attributed to."""
        return tuple(who for who, _part in self.sellers) or (self.seller,)

    def only(self, keys: Collection[str]) -> "Sale":
        """Return the sale with the lines of these keys only."""
        return replace(self, lines=tuple(line for line in self.lines if line.key in keys))

    def total(self) -> Fraction:
        """Return the net of all lines."""
        return sum((line.net for line in self.lines), Fraction(0))


@dataclass(frozen=True, slots=True)
class Fact:
    """A change of what a buyer has paid for: one row for each change of a line's received share.

    ``net`` and ``quantity`` are signed. ``opens``, ``orders``, ``first``, ``first_of_tier`` and
    ``first_of_product`` are +1, 0 or −1: the buyer's order got its first money, is fully paid, is
    the first fully paid one, the first of its tier, the first of its product (−1: undone by a
    refund or a bounced payment). ``orders_of_tier``, ``orders_of_product`` and ``orders_of_kind``
    count a fully paid order once for each tier, product and kind it has. Metrics are sums of these
    columns. ``regions`` (level → territory) is the shipping address of the first money.
    """

    key: str
    line: str
    order: str
    on: date
    buyer: PersonId
    sponsor: PersonId | None
    seller: PersonId | None
    salesperson: PersonId | None
    net: Fraction
    quantity: Fraction
    currency: str
    exchange: Mapping[str, Fraction]
    tier: str | None = None
    product: str | None = None
    kind: str = "first"
    share: Fraction = Fraction(0)
    opens: int = 0
    orders: int = 0
    first: int = 0
    first_of_tier: int = 0
    first_of_product: int = 0
    orders_of_tier: int = 0
    orders_of_product: int = 0
    orders_of_kind: int = 0
    regions: Mapping[str, str] = field(default_factory=dict)

    def count(
        self,
        measure: str,
        start: date | None,
        end: date | None,
        currency: str | None,
        only: Mapping[str, str | None],
    ) -> Fraction | int:
        """Return what the fact adds to a sum, zero outside: see ``World.sum_facts``."""
        if (start and self.on < start) or (end and self.on >= end):
            return 0
        if any(value and getattr(self, name) != value for name, value in only.items()):
            return 0
        value = getattr(self, measure)
        return value * self.exchange[currency] if measure == "net" else value


# ------------------------------------------------------------------
# Plans
# ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """``levels``: greatest distance from the buyer (None: no limit); ``per_sale``: share of the
    basis all awards of a line together may reach (None: no ceiling); ``per_payee_day``: what
    awards of a day may reach for one payee, in the plan's currency (None: no limit)."""

    levels: int | None = 2
    per_sale: Fraction | None = None
    per_payee_day: Decimal | None = None
    on_limit: str = "scale"


@dataclass(frozen=True, slots=True)
class SettlementTerms:
    """Day of the month a settlement is made, and what a bill must reach at least."""

    day: int = 15
    minimum: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rank:
    """A step of a ladder. ``requirements`` (conditions) are all needed; none: held by everybody of
    the ladder's roles (if lowest) or by grant only. ``after``: the rank that must be held before;
    ``demote``: false keeps it once reached; ``grace``: closed periods below the requirements
    before it is lost."""

    code: str
    requirements: tuple[object, ...] = ()
    after: str | None = None
    demote: bool = True
    grace: int = 0


@dataclass(frozen=True, slots=True)
class Ladder:
    """Ranks from low to high, for people of the ``roles`` (empty: everybody)."""

    code: str
    ranks: tuple[Rank, ...]
    roles: tuple[str, ...] = ()

    def index(self, rank: str | None) -> int:
        """Return the place of a rank from 0, −1 for none or one the ladder does not have.

        >>> Ladder("x", (Rank("low"), Rank("high"))).index("high")
        1
        """
        return next((i for i, step in enumerate(self.ranks) if step.code == rank), -1)


@dataclass(frozen=True, slots=True)
class Reserve:
    """``share`` of each award waits until all ``until`` are met; ``when``: for whom (else all)."""

    share: Fraction
    until: tuple[object, ...]
    when: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """What a rule may award in all within each calendar ``period`` (None: ever)."""

    amount: Decimal
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``kinds`` of charges it pays on, blocks from the registries.

    ``per``: a fixed amount is paid once per ``order`` or for each ``unit``; ``first``: only the
    first n payments of a buyer; ``give``: cash, points, coupon, days or record; ``period``: of a close
    rule; ``of``: the metric a percentage of a close rule is of; ``basis``: another one than the
    plan's; ``is_recounted``: its close awards follow later refunds (``reversal: recompute``).
    """

    id: str
    on: str
    kinds: tuple[str, ...] | None
    beneficiary: object
    rate: object
    conditions: tuple[object, ...] = ()
    per: str = "order"
    give: str = "cash"
    first: int | None = None
    period: str | None = None
    of: object | None = None
    reserve: Reserve | None = None
    budget: Budget | None = None
    cap: Decimal | None = None
    basis: str | None = None
    is_recounted: bool = False


@dataclass(frozen=True, slots=True)
class Green:
    """A pool of points with a price: ``share`` of each contribution becomes the buyer's points at
    the price before it; ``payout`` of the value is paid when they are sold back; ``exit`` times
    the purchases that earned them they are sold for the holder (None: never)."""

    pool: str
    share: Fraction
    payout: Fraction
    start: Decimal = Decimal(1)
    exit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan as it is in force; ``digits`` is the number of decimals of its currency;
    ``hold_days`` may be the calendar period that must be over instead (``month``)."""

    code: str
    name: str
    version: int
    currency: str
    digits: int
    roles: tuple[str, ...]
    basis: str
    hold_days: int | str
    clawback: str
    settlement: SettlementTerms
    limits: Limits
    rules: tuple[Rule, ...]
    ladders: tuple[Ladder, ...] = ()
    moves: tuple[object, ...] = ()
    green: Green | None = None
    point_price: Decimal | None = None

    def ladder(self, code: str) -> Ladder | None:
        return next((ladder for ladder in self.ladders if ladder.code == code), None)


# ------------------------------------------------------------------
# Decisions
# ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody (or a pool) a rule points at.

    ``distance`` from the buyer (0: not through a tree); ``weight``: share of a common amount (all
    candidates with one are paid parts of one amount that add up to it); ``less``: what is paid
    already by the candidates before it (differentials); ``level``: the rank or region the table is
    read by; ``of``: the award that is matched.
    """

    person: Person
    distance: int = 0
    path: tuple[PersonId, ...] = ()
    weight: Fraction | None = None
    level: str | None = None
    of: "Award | None" = None
    pool: Pool | None = None

    @property
    def payee(self) -> PersonId:
        return self.pool or self.person.id


@dataclass(frozen=True, slots=True)
class Rated:
    """What a rate gives for a line: the exact amount, once per ``line`` or per ``order``, and
    the details that explain it (JSON values)."""

    amount: Fraction
    per: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Miss:
    """Why nothing is paid: a code and its JSON values."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Award:
    """What somebody (or a pool) gets for a source once it is paid in full.

    ``line``: the source, a line's key or ``close:<kind>:<start>``; ``amount`` in the plan's
    currency (``give`` cash), or whole points, days, coupons; ``reserve``: the share of it that
    waits in reserve; ``review``: held until somebody decides; ``pool``: the payee is a pool.
    """

    key: str
    plan: str
    version: int
    rule: str
    line: str
    payee: PersonId
    part: int
    distance: int
    amount: Decimal
    explanation: Mapping[str, object]
    give: str = "cash"
    on: date | None = None
    reserve: Fraction = Fraction(0)
    review: bool = False
    is_pool: bool = False


@dataclass(frozen=True, slots=True)
class Skip:
    """A rule that paid nothing on a source, and why; ``payee`` if somebody was looked at."""

    plan: str
    rule: str
    line: str
    payee: PersonId | None
    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All a plan says about an event."""

    awards: tuple[Award, ...] = ()
    skips: tuple[Skip, ...] = ()


@dataclass(frozen=True, slots=True)
class RankChange:
    """Somebody stands on another rank of a ladder from ``on``.

    ``cause``: ``met``, ``close``, ``grant`` or ``purchase``; ``values`` are the figures that
    caused it (JSON); ``rank`` None: no rank any more.
    """

    person: PersonId
    ladder: str
    rank: str | None
    before: str | None
    on: date
    cause: str
    plan: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody stands under another parent of the placement tree (None: a root) from ``on``.

    ``side`` is left or right in binary trees; ``by`` names the person the move was made for and
    ``cause`` the move (``leave_two``, ``idle_swap``, ``spillover``, ``placed``).
    """

    person: PersonId
    parent: PersonId | None
    before: PersonId | None
    on: date
    cause: str
    side: str | None = None
    by: PersonId | None = None
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unlock:
    """The reserve of somebody's awards under a plan is free from ``on``, and later awards are not
    reserved."""

    person: PersonId
    plan: str
    rule: str
    on: date
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effects:
    """What followed an event in the network: dated facts, to be written once, in this order."""

    facts: tuple[Fact, ...] = ()
    ranks: tuple[RankChange, ...] = ()
    moves: tuple[Move, ...] = ()
    unlocks: tuple[Unlock, ...] = ()
