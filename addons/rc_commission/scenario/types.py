"""What a scenario file says: frozen values, exact amounts, people and orders by their words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


class Refused(Exception):
    """An event was refused: ``code`` is one of ``vocabulary.REFUSALS``."""

    def __init__(self, code: str, message: str = ""):
        self.code = code
        super().__init__(message or code)


class NotAvailable(Refused):
    """A part that a later issue brings."""

    def __init__(self, what: str):
        super().__init__("not_available", f"{what} is not available yet")


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing an ``expect`` says: ``subject`` (cash, rank …), ``path`` (who, which) and value."""

    subject: str
    path: tuple[str, ...]
    value: object

    @property
    def what(self) -> str:
        return " ".join((self.subject, *self.path))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order: ``amount`` is the whole line's price, None: the list figure."""

    item: str
    quantity: int = 1
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the world; ``number`` is the place in the file. ``placement``: None is a root,
    :data:`AS_SPONSOR` if left out. ``signs_up``: created by a ``signup`` event, not before."""

    id: str
    number: int
    role: str = "member"
    sponsor: str | None = None
    parent: str | None = None
    manager: str | None = None
    placement: str | None = ""
    side: str | None = None
    tier: str | None = None
    country: str | None = None
    region: Mapping[str, str] = field(default_factory=dict)
    joined: datetime | None = None
    ranks: Mapping[str, str] = field(default_factory=dict)
    training: tuple[str, ...] = ()
    team: str | None = None
    route: str = "bill"
    kyc: bool = True
    company: str | bool = False
    signs_up: bool = False


AS_SPONSOR = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at ``at`` (naive UTC). ``args`` are the keys of its kind, read;
    ``figures`` what an ``expect`` says; ``fails`` the code it must be refused with."""

    index: int
    at: datetime
    do: str
    args: Mapping[str, object]
    figures: tuple[Figure, ...] = ()
    fails: str | None = None
    line: int | None = None

    @property
    def today(self) -> date:
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario file. ``rates``: currency → day it holds from → how many of it one unit of the
    scenario's currency buys; ``definitions``: plan code → definition in force."""

    name: str
    currency: str
    definitions: Mapping[str, Mapping]
    rules: tuple[str, ...]
    rates: Mapping[str, Mapping[date, Decimal]]
    people: tuple[Person, ...]
    events: tuple[Event, ...]
    path: str = ""

    def person(self, person_id: str) -> Person | None:
        return next((person for person in self.people if person.id == person_id), None)
