"""Refunds counted where the sale was counted: what rules with ``reversal: recompute`` read.

A purchase is a row of facts; a fall (a refund, a bounced payment) is dated by its own day, so it
lowers the figures of that day's period. Restated, a fall belongs to the days of the money it takes
back, the latest first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .types import Fact, Ladder, Person, PersonId
from .world import LEGS, PLACEMENT, SPONSOR, World

# what a fact counts as, and of what: the columns of the fact that name it
COUNTED = {
    "opens": ("order",),
    "orders": ("order",),
    "first": ("order",),
    "first_of_tier": ("line",),
    "first_of_product": ("line",),
    "orders_of_tier": ("order", "tier"),
    "orders_of_product": ("order", "product"),
    "orders_of_kind": ("order", "kind"),
}
NO_FLAGS = dict.fromkeys(COUNTED, 0)


def is_fall(fact: Fact) -> bool:
    """Whether something of a purchase was taken back."""
    return fact.net < 0 or fact.quantity < 0 or any(getattr(fact, name) < 0 for name in NO_FLAGS)


def restate(facts: Iterable[Fact]) -> list[Fact]:
    """Return what must be added to the facts of some orders so that falls stand at their sales.

    Each fall that took back money of another day is added once with the other sign on its own day,
    and with its own sign on the days of that money. The sum over all time stays what it is.

    >>> restate([])
    []
    """
    corrections: list[Fact] = []
    rises: dict[str, list[Fact]] = defaultdict(list)  # line → what still stands, oldest first
    flags: dict[tuple, list[date]] = defaultdict(list)
    shares: dict[str, Fraction] = defaultdict(Fraction)
    for fact in facts:
        change = fact.share - shares[fact.line]
        shares[fact.line] = fact.share
        if change > 0:
            rises[fact.line].append(replace(fact, share=change))
        elif change < 0:
            corrections += _move_money(fact, -change, rises[fact.line])
        corrections += _move_flags(fact, flags)
    return corrections


def _move_money(fall: Fact, share: Fraction, rises: list[Fact]) -> Iterator[Fact]:
    """Yield a fall's money moved to the days of the rises it takes back; ``rises`` is used up."""
    left = share
    while left > 0 and rises:
        last = rises.pop()
        taken = min(left, last.share)
        if taken < last.share:
            rises.append(replace(last, share=last.share - taken))
        left -= taken
        if last.on != fall.on:
            part = {name: getattr(fall, name) * taken / share for name in ("net", "quantity")}
            undone = {name: -value for name, value in part.items()}
            yield replace(fall, **NO_FLAGS, **undone)
            yield replace(fall, on=last.on, **NO_FLAGS, **part)


def _move_flags(fact: Fact, flags: dict[tuple, list[date]]) -> Iterator[Fact]:
    """Yield what a fact no longer counts as (the first order …) on the day it was counted."""
    for name, scope in COUNTED.items():
        value = getattr(fact, name)
        counted = flags[(name, *(getattr(fact, part) for part in scope))]
        if value > 0:
            counted.append(fact.on)
        elif value < 0 and counted and (on := counted.pop()) != fact.on:
            nothing = {**NO_FLAGS, "net": Fraction(0), "quantity": Fraction(0)}
            yield replace(fact, **{**nothing, name: -value})
            yield replace(fact, on=on, **{**nothing, name: value})


def changed_days(new: Sequence[Fact], facts: Iterable[Fact]) -> set[date]:
    """Return the days whose restated figures the new facts lower.

    :param facts: all facts of the new ones' orders, oldest first
    """
    keys = {fact.key for fact in new if is_fall(fact)}
    days = {fact.on for fact in new if fact.key in keys}
    return days | {fact.on for fact in restate(facts) if fact.key in keys}


class Restated:
    """A world whose figures count falls at their sales; everything else is the world's own."""

    def __init__(self, world: "World | AtClose", since: date):
        """:param since: the first day of the period; calendar periods around it begin that year"""
        self._world = world
        begin = date(since.year, 1, 1)
        self._corrections = restate(world.fallen_orders(begin))

    def __getattr__(self, name: str):
        return getattr(self._world, name)

    def sum_facts(
        self,
        relation: str,
        person: PersonId,
        measure: str,
        start: date | None,
        end: date | None,
        currency: str | None = None,
        **only: str | None,
    ) -> Fraction:
        """See ``World.sum_facts``."""
        total = self._world.sum_facts(relation, person, measure, start, end, currency, **only)
        for fact in self._corrections:
            value = fact.count(measure, start, end, currency, only)
            if value and self._is_counted(relation, person, fact):
                total += value
        return total

    def _is_counted(self, relation: str, person: PersonId, fact: Fact) -> bool:
        """Whether a fact counts for a person, as ``World.sum_facts`` counts it."""
        if relation in LEGS:
            path = (fact.buyer, *self._world.upline(PLACEMENT, fact.buyer))
            below = self._world.below(PLACEMENT, person)
            return any(p in path and self._world.sides.get(p) == relation for p in below)
        if relation == "region":
            return self._world.is_shipped_to(person, fact)
        if relation != "team":
            return getattr(fact, relation) == person
        member = fact.buyer
        for upper in self._world.upline(SPONSOR, fact.buyer):
            bound_on = self._world.bound_on.get(member)
            if bound_on is not None and fact.on < bound_on:
                return False
            if upper == person:
                return True
            member = upper
        return False


class AtClose:
    """A world as an earlier close saw it: the ranks of that day, and nothing awarded on it yet.

    ``payees`` are those who were awarded something then; they stay participants whatever they are
    now.
    """

    def __init__(
        self, world: World, on: date, roles: Sequence[str], payees: Collection[PersonId] = ()
    ):
        self._world = world
        self._on = on
        self._roles = roles
        self._payees = payees

    def __getattr__(self, name: str):
        return getattr(self._world, name)

    def participants(self, roles: Sequence[str]) -> list[Person]:
        """Return who took part then; ``roles`` are those of the plan."""
        found = {person.id: person for person in self._world.participants(self._roles)}
        for payee in self._payees:
            person = self._world.person(payee)
            if person is not None:
                found.setdefault(person.id, person)
        return list(found.values())

    def rank(self, ladder: Ladder, person_id: PersonId) -> str | None:
        return self._world.rank_before(ladder, person_id, self._on)

    def awarded(self, plan: str, payee: PersonId, on: date) -> Decimal:
        return Decimal(0)

    def spent(self, plan: str, rule: str, start: date | None, end: date | None) -> Decimal:
        return Decimal(0)

    def add_awarded(self, plan: str, payee: PersonId, on: date, amount: Decimal) -> None:
        """What is counted again is not awarded again."""

    def add_spent(self, plan, rule, start, end, amount) -> None:
        """See ``add_awarded``."""
