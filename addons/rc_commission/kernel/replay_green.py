"""Green points in memory: who holds how many, what they paid for them, and sales back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import round_half_up, to_fraction

from .green import GreenState, contribute, is_due_for_exit, sell_back, take_back
from .types import PersonId, PlanVersion
from .world import World


@dataclass(slots=True)
class _Lot:
    """What an order put into the pool, and the points its buyer got."""

    buyer: PersonId
    contribution: Fraction = Fraction(0)
    points: int = 0


@dataclass(frozen=True, slots=True)
class Sold:
    """Points that were sold back: what the holder is paid."""

    person: PersonId
    points: int
    paid: Decimal
    on: date


class GreenBook:
    """The points of one plan; its pool's balance is the world's."""

    def __init__(self, plan: PlanVersion, world: World):
        self.plan = plan
        self.world = world
        self.pool = f"{plan.code}:{plan.green.pool}"
        self.held: dict[PersonId, int] = {}
        self.purchases: dict[PersonId, Fraction] = {}
        self._lots: dict[str, _Lot] = {}

    @property
    def state(self) -> GreenState:
        return GreenState(Fraction(self.world.pool(self.pool)), sum(self.held.values()))

    def price(self) -> Decimal:
        """Return the price of a point as it is shown."""
        return round_half_up(self.state.price(self.plan.green), 2)

    def add_lot(self, award: str, buyer: PersonId, contribution: Fraction, points: int) -> None:
        """Know an order's contribution and its points from before."""
        self._lots[award] = _Lot(buyer, contribution, points)

    def contribute(self, award: str, buyer: PersonId, amount: Decimal, paid: Fraction, on: date):
        """A contribution arrives; the buyer gets points at the price before it.

        :param paid: what the buyer paid for the goods, for the exit
        """
        _state, points = contribute(self.state, self.plan.green, to_fraction(amount))
        self.world.add_to_pool(self.pool, on, amount)
        lot = self._lots.setdefault(award, _Lot(buyer))
        lot.contribution += to_fraction(amount)
        lot.points += points
        self.held[buyer] = self.held.get(buyer, 0) + points
        self.purchases[buyer] = self.purchases.get(buyer, Fraction(0)) + paid

    def take_back(self, award: str, amount: Decimal, paid: Fraction, on: date) -> None:
        """A contribution leaves again, with what is left of the points it gave."""
        lot = self._lots[award]
        part = to_fraction(amount) / lot.contribution
        points = int(round_half_up(lot.points * part, 0))
        held = self.held.get(lot.buyer, 0)
        _state, taken = take_back(self.state, to_fraction(amount), points, held)
        self.world.add_to_pool(self.pool, on, -amount)
        lot.contribution -= to_fraction(amount)
        lot.points -= points
        self.held[lot.buyer] = held - taken
        left = self.purchases.get(lot.buyer, Fraction(0)) - paid
        self.purchases[lot.buyer] = max(Fraction(0), left)

    def sell(self, person: PersonId, points: int, on: date) -> Sold:
        """Sell points back; the purchases that earned them shrink with them.

        :raise GreenError: insufficient_points or insufficient_balance
        """
        held = self.held.get(person, 0)
        _state, paid = sell_back(self.state, self.plan.green, points, held, self.plan.digits)
        self.world.add_to_pool(self.pool, on, -paid)
        self.held[person] = held - points
        self.purchases[person] = self.purchases[person] * (held - points) / held
        return Sold(person, points, paid, on)

    def exits(self, on: date) -> Iterator[Sold]:
        """Sell for everybody whose points are worth what the plan says, who joined first first;
        each sale raises the price for the others."""
        while person := self._next_exit():
            yield self.sell(person, self.held[person], on)

    def _next_exit(self) -> PersonId | None:
        for person in sorted(self.held, key=self._seniority):
            purchases = self.purchases.get(person, Fraction(0))
            if is_due_for_exit(self.state, self.plan.green, self.held[person], purchases):
                return person
        return None

    def _seniority(self, person: PersonId) -> tuple:
        known = self.world.person(person)
        return (known.joined or date.min, known.number) if known else (date.max, 0)
