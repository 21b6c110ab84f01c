"""``{to: seller}``: the winner of the order's attribution."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss, Network, Sale
from ..registry import BENEFICIARIES


@BENEFICIARIES.register("seller")
@dataclass(frozen=True, slots=True)
class Seller:
    """Who sold it, by default the buyer's sponsor; not limited by levels."""

    planned = ("split",)

    @classmethod
    def parse(cls, reader: Reader) -> "Seller":
        return cls()

    def find(self, sale: Sale, network: Network) -> tuple[Candidate, ...] | Miss:
        seller = network.person(sale.seller)
        if seller is None:
            return Miss("no_seller")
        return (Candidate(seller),)
