"""``{to: sponsor, level: n}``: the n-th above the buyer in the sponsor tree."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss, Network, Sale
from ..registry import BENEFICIARIES


@BENEFICIARIES.register("sponsor")
@dataclass(frozen=True, slots=True)
class Sponsor:
    """``level`` 1 is who brought the buyer, whoever the seller is."""

    level: int = 1

    planned = ("compress",)

    @classmethod
    def parse(cls, reader: Reader) -> "Sponsor":
        return cls(level=reader.integer("level", default=1, least=1, most=20))

    def find(self, sale: Sale, network: Network) -> tuple[Candidate, ...] | Miss:
        upline = network.uplines.get(sale.buyer, ())
        if len(upline) < self.level:
            return Miss("no_sponsor", {"level": self.level})
        person = network.person(upline[self.level - 1])
        if person is None:
            return Miss("no_sponsor", {"level": self.level})
        return (Candidate(person, distance=self.level, path=upline[: self.level]),)
