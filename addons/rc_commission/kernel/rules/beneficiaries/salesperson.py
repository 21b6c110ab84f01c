"""``{to: salesperson}``: the order's salesperson, or the winner if they are staff."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss, Person, Sale
from ...world import World
from ..context import Context
from ..registry import BENEFICIARIES


def find_salesperson(sale: Sale, world: World) -> Person | None:
    """Return the colleague on the order; on a web order without one, the staff who won it."""
    person = world.person(sale.salesperson)
    if person is None:
        seller = world.person(sale.seller)
        person = seller if seller and seller.role == "staff" else None
    return person


@BENEFICIARIES.register("salesperson")
@dataclass(frozen=True, slots=True)
class Salesperson:
    """A colleague, not limited by levels."""

    @classmethod
    def parse(cls, reader: Reader) -> "Salesperson":
        return cls()

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        person = find_salesperson(context.sale, context.world) if context.sale else None
        return (Candidate(person),) if person else Miss("no_salesperson")
