"""``{to: sponsor, level: n}``: the n-th above the buyer in the sponsor tree."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss
from ...world import SPONSOR
from ..context import Context
from ..registry import BENEFICIARIES


@BENEFICIARIES.register("sponsor")
@dataclass(frozen=True, slots=True)
class Sponsor:
    """``level`` 1 is who brought the buyer, whoever the seller is. ``compress``: an award that its
    person may not have goes to the next one up who may."""

    level: int = 1
    compress: bool = False

    @classmethod
    def parse(cls, reader: Reader) -> "Sponsor":
        return cls(reader.integer("level", default=1, least=1, most=1000), reader.flag("compress"))

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        line = context.world.upline(SPONSOR, context.buyer)
        reach = len(line) if self.compress else self.level
        found = []
        for distance in range(self.level, reach + 1):
            if distance > len(line):
                break
            person = context.world.person(line[distance - 1])
            if person is not None:
                found.append(Candidate(person, distance=distance, path=line[:distance]))
        return tuple(found) or Miss("no_sponsor", {"level": self.level})
