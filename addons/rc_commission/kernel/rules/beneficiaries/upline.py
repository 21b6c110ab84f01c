"""``{to: upline, tree, ladder, rank}``: the nearest holder of a rank or a higher one."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss
from ..context import Context
from ..registry import BENEFICIARIES
from ..walk import Walk


@BENEFICIARIES.register("upline")
@dataclass(frozen=True, slots=True)
class Upline:
    """Walks up until somebody holds the rank; without one the award stays with the company."""

    walk: Walk
    ladder: str
    rank: str
    compress: bool = False

    @classmethod
    def parse(cls, reader: Reader) -> "Upline":
        return cls(
            Walk.parse(reader),
            reader.text("ladder", required=True),
            reader.text("rank", required=True),
            reader.flag("compress"),
        )

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        ladder = context.plan.ladder(self.ladder)
        wanted = ladder.index(self.rank)
        found = []
        for candidate in self.walk.candidates(context):
            if ladder.index(context.world.rank(ladder, candidate.person.id)) >= wanted:
                found.append(candidate)
                if not self.compress:
                    break
        if not found and self.walk.first(context) is None:
            return self.walk.nothing(context)
        return tuple(found) or Miss("no_rank_above", {"rank": self.rank})
