"""``{to: salesperson}``: the order's salesperson, or the winner if they are staff."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss, Network, Sale
from ..registry import BENEFICIARIES


@BENEFICIARIES.register("salesperson")
@dataclass(frozen=True, slots=True)
class Salesperson:
    """The colleague on the order; on a web order without one, the staff member who won it."""

    planned = ()

    @classmethod
    def parse(cls, reader: Reader) -> "Salesperson":
        return cls()

    def find(self, sale: Sale, network: Network) -> tuple[Candidate, ...] | Miss:
        person = network.person(sale.salesperson)
        if person is None:
            seller = network.person(sale.seller)
            person = seller if seller and seller.role == "staff" else None
        if person is None:
            return Miss("no_salesperson")
        return (Candidate(person),)
