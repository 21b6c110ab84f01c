"""From received shares to facts: what changed of what a buyer has paid for, day by day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from .received import ShareStep
from .rules.beneficiaries.salesperson import find_salesperson
from .types import Fact, Line, Sale
from .world import SPONSOR, World


def make_facts(sale: Sale, steps: Sequence[ShareStep], world: World, at: date) -> tuple[Fact, ...]:
    """Return the facts that bring the world to what the invoice's shares are now.

    :param steps: the invoice's shares, day by day (``received.received_steps``)
    :param at: day of a change that no document dates (a payment taken back)

    People and kind of a line stay those of its first fact. Running it twice adds nothing.
    """
    book = _Book(sale, world)
    facts: list[Fact] = []
    for on, shares, is_paid in _changes(sale, steps, book, at):
        facts += book.post(on, shares, is_paid)
    return tuple(facts)


def _changes(
    sale: Sale, steps: Sequence[ShareStep], book: "_Book", at: date
) -> Iterator[tuple[date, Mapping[str, Fraction], bool]]:
    """Yield (day, line → share, fully paid) of what is not posted yet.

    Steps are posted once, in order; where the past changed the difference is posted today.
    """
    seen: list[dict[str, Fraction]] = book.history()
    keys = [line.key for line in sale.lines]
    rows = [
        (step.on, {key: step.shares.get(key, Fraction(0)) for key in keys}, step.paid == 1)
        for step in steps
    ]
    rows = [
        row for index, row in enumerate(rows) if row[1] != (rows[index - 1][1] if index else None)
    ]
    if [row[1] for row in rows[: len(seen)]] == seen:
        yield from rows[len(seen) :]
        return
    last = rows[-1] if rows else (at, dict.fromkeys(keys, Fraction(0)), False)
    if last[1] != seen[-1]:
        yield (at, last[1], last[2])


class _Book:
    """What is posted of an invoice and of its buyer, kept in step while facts are added."""

    def __init__(self, sale: Sale, world: World):
        self.sale = sale
        self.world = world
        self.facts: list[Fact] = list(world.purchases_of(sale.buyer))
        salesperson = find_salesperson(sale, world)
        self.salesperson = salesperson.id if salesperson else None

    def history(self) -> list[dict[str, Fraction]]:
        """Return the shares of the invoice's lines after each posted change."""
        keys = {line.key for line in self.sale.lines}
        shares = dict.fromkeys((line.key for line in self.sale.lines), Fraction(0))
        seen, group = [], None
        for fact in self.facts:
            if fact.line not in keys:
                continue
            if group is not None and fact.key.rpartition("|")[2] != group:
                seen.append(dict(shares))
            group = fact.key.rpartition("|")[2]
            shares[fact.line] = fact.share
        if group is not None:
            seen.append(dict(shares))
        return seen

    def post(self, on: date, shares: Mapping[str, Fraction], is_paid: bool) -> list[Fact]:
        """Return one fact for each line whose share changes; order columns stand on the first."""
        number = len(self.history()) + 1
        posted: list[Fact] = []
        is_done = is_paid and any(shares.values())
        for line in self.sale.lines:
            last = self._last(line)
            before = last.share if last else Fraction(0)
            if shares[line.key] == before:
                continue
            flags = self._order_flags(shares, is_done) if not posted else {}
            flags |= self._item_flags(line, is_paid and shares[line.key] > 0)
            flags |= self._kind_flags(line, shares, is_paid)
            fact = self._make(
                line, last, f"{line.key}|{number}", on, before, shares[line.key], flags
            )
            posted.append(fact)
            self.facts.append(fact)
        return posted

    def _last(self, line: Line) -> Fact | None:
        return next((fact for fact in reversed(self.facts) if fact.line == line.key), None)

    def _order_flags(self, shares: Mapping[str, Fraction], is_done: bool) -> dict[str, int]:
        order = [fact for fact in self.facts if fact.order == self.sale.order_key]
        standing = {fact.line: fact.share for fact in order} | dict(shares)
        opens = int(any(standing.values())) - sum(fact.opens for fact in order)
        orders = int(is_done) - sum(fact.orders for fact in order)
        first = 0
        if orders > 0:
            first = int(not sum(fact.first for fact in self.facts))
        elif orders < 0:
            first = -sum(fact.first for fact in order)
        return {"opens": opens, "orders": orders, "first": first}

    def _item_flags(self, line: Line, is_done: bool) -> dict[str, int]:
        """Return the columns that count the first order of the line's tier and product."""
        flags = {}
        for column, name in (("first_of_tier", "tier"), ("first_of_product", "product")):
            value = getattr(line, name)
            if value is None:
                continue
            own = sum(getattr(fact, column) for fact in self.facts if fact.line == line.key)
            if not is_done:
                flags[column] = -own
            elif not own:
                counted = sum(getattr(f, column) for f in self.facts if getattr(f, name) == value)
                flags[column] = int(not counted)
        return flags

    def _kind_flags(self, line: Line, shares: Mapping[str, Fraction], is_paid: bool) -> dict:
        """Return the columns that count the order once for each tier, product and kind it has."""
        flags = {}
        order = [fact for fact in self.facts if fact.order == self.sale.order_key]
        for name in ("tier", "product", "kind"):
            value = self._value(line, name)
            if value is None:
                continue
            has = any(
                shares[other.key] > 0
                for other in self.sale.lines
                if self._value(other, name) == value
            )
            column = f"orders_of_{name}"
            counted = sum(getattr(f, column) for f in order if getattr(f, name) == value)
            flags[column] = int(is_paid and has) - counted
        return flags

    def _value(self, line: Line, name: str) -> str | None:
        """Return the tier, product or kind a line's facts have: the kind is that of its first."""
        last = self._last(line) if name == "kind" else None
        return getattr(last or line, name)

    def _make(self, line, last: Fact | None, key, on, before, share, flags) -> Fact:
        sale = self.sale
        people = last or sale
        return Fact(
            key=key,
            line=line.key,
            order=sale.order_key,
            on=on,
            buyer=sale.buyer,
            sponsor=last.sponsor if last else self.world.above(SPONSOR, sale.buyer),
            seller=people.seller,
            salesperson=last.salesperson if last else self.salesperson,
            net=line.net * (share - before),
            quantity=line.quantity * (share - before),
            currency=sale.currency,
            exchange=people.exchange,
            tier=line.tier,
            product=line.product,
            kind=people.kind if last else line.kind,
            share=share,
            regions=people.regions,
            **flags,
        )
