"""``{do: leave_two, ladder, rank, people}``: on a promotion the direct agents go to the leader above."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...reader import Reader
from ...types import Move, RankChange
from ...world import PLACEMENT, SPONSOR
from ..context import Context
from ..registry import MOVES


@MOVES.register("leave_two")
@dataclass(frozen=True, slots=True)
class LeaveTwo:
    """Who rises to ``rank`` by themselves stands alone; their direct people of the rank ``people``
    (or higher), with what is below them, move to the nearest holder of ``rank`` above before the
    move (none: they become roots)."""

    ladder: str
    rank: str
    people: str

    @classmethod
    def parse(cls, reader: Reader) -> "LeaveTwo":
        return cls(*(reader.text(key, required=True) for key in ("ladder", "rank", "people")))

    def after_rank(self, context: Context, change: RankChange) -> Sequence[Move]:
        ladder = context.plan.ladder(self.ladder)
        wanted = ladder.index(self.rank) if ladder else -1
        if (
            change.ladder != self.ladder
            or change.cause in ("grant", "purchase")
            or not (ladder.index(change.before) < wanted <= ladder.index(change.rank))
        ):
            return ()
        world = context.world
        former = next(
            (
                upper
                for upper in world.upline(PLACEMENT, change.person)
                if ladder.index(world.rank(ladder, upper)) >= wanted
            ),
            None,
        )
        moves = [
            Move(person, former, change.person, change.on, "leave_two", by=change.person)
            for person in world.below(PLACEMENT, change.person)
            if world.above(SPONSOR, person) == change.person
            and ladder.index(world.rank(ladder, person)) >= ladder.index(self.people)
        ]
        moves.append(
            Move(
                change.person,
                None,
                world.above(PLACEMENT, change.person),
                change.on,
                "leave_two",
                by=change.person,
            )
        )
        return moves
