"""``{to: differential, tree}``: up the tree, each the own rate less the highest paid below."""

from dataclasses import dataclass, replace

from ...reader import Reader
from ...types import Candidate, Miss
from ..context import Context
from ..registry import BENEFICIARIES
from ..walk import Walk


@BENEFICIARIES.register("differential")
@dataclass(frozen=True, slots=True)
class Differential:
    """Everybody on the way up who holds a rank of the rate's ladder; the table has the totals."""

    walk: Walk

    cumulative = True
    table = "rank"

    @classmethod
    def parse(cls, reader: Reader) -> "Differential":
        return cls(Walk.parse(reader))

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        ladder = context.plan.ladder(context.rule.rate.ladder)
        found = []
        for candidate in self.walk.candidates(context):
            rank = context.world.rank(ladder, candidate.person.id)
            if context.rule.rate.get(rank) is not None:
                found.append(replace(candidate, level=rank))
        if not found and self.walk.first(context) is None:
            return self.walk.nothing(context)
        return tuple(found) or Miss("no_rank_above", {"rank": None})
