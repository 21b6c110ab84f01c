"""What the engine reads and returns: frozen, hashable where it can be, exact numbers.

People are named by ids (the adapters use ids of ``res.partner``), lines and sales by the keys of
their source records. Amounts are exact: ``Fraction`` while computing, ``Decimal`` when rounded.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

PersonId = int | str


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as they were when the money arrived."""

    id: PersonId
    role: str


@dataclass(frozen=True, slots=True)
class Network:
    """Who exists and who stands above whom: ``uplines[x]`` are x's sponsors, nearest first."""

    people: Mapping[PersonId, Person]
    uplines: Mapping[PersonId, tuple[PersonId, ...]] = field(default_factory=dict)

    def person(self, person_id: PersonId | None) -> Person | None:
        return self.people.get(person_id) if person_id is not None else None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a customer invoice, discounts already spread, in the sale's currency.

    ``key`` is ``account.move.line:<id>``; ``kind`` is first, renewal, upgrade, package or other.
    """

    key: str
    net: Fraction
    gross: Fraction
    quantity: Fraction = Fraction(1)
    kind: str = "first"
    product: str | None = None
    tier: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """Money received on an invoice: the event that pays.

    ``on`` is the day of the first received payment in the company's time zone; ``exchange`` maps
    a plan's currency to how many of it one unit of the sale's currency was worth on the invoice's
    date; ``order_key`` is what "once per order" means (``sale.order:<id>``).
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

    def only(self, keys: Collection[str]) -> "Sale":
        """Return the sale with the lines of these keys only."""
        return replace(self, lines=tuple(line for line in self.lines if line.key in keys))


@dataclass(frozen=True, slots=True)
class Limits:
    """``levels``: greatest distance from the buyer (None: no limit); ``per_sale``: share of the
    basis all awards of a line together may reach (None: no ceiling)."""

    levels: int | None = 2
    per_sale: Fraction | None = None
    on_limit: str = "scale"


@dataclass(frozen=True, slots=True)
class SettlementTerms:
    """Day of the month a settlement is made, and what a bill must reach at least."""

    day: int = 15
    minimum: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``kinds`` of charges it pays on, blocks from the registries.

    ``per``: a fixed amount is paid once per ``order`` or for each ``unit``.
    """

    id: str
    on: str
    kinds: tuple[str, ...] | None
    beneficiary: object
    rate: object
    conditions: tuple[object, ...] = ()
    per: str = "order"


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan as it is in force; ``digits`` is the number of decimals of its currency."""

    code: str
    name: str
    version: int
    currency: str
    digits: int
    roles: tuple[str, ...]
    basis: str
    hold_days: int
    clawback: str
    settlement: SettlementTerms
    limits: Limits
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a rule points at: ``distance`` from the buyer (0: not through the tree)."""

    person: Person
    distance: int = 0
    path: tuple[PersonId, ...] = ()


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
    """What somebody gets for a line once it is paid in full, in the plan's currency."""

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


@dataclass(frozen=True, slots=True)
class Skip:
    """A rule that paid nothing on a line, and why; ``payee`` if somebody was looked at."""

    plan: str
    rule: str
    line: str
    payee: PersonId | None
    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All a plan says about a sale."""

    awards: tuple[Award, ...] = ()
    skips: tuple[Skip, ...] = ()
