"""``{do: spillover, width: [3, 2], ladder, rank}``: direct people beyond the places go deeper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import PlanError
from ...reader import Reader
from ...types import Move, PersonId, RankChange
from ...world import SPONSOR, World
from ..context import Context
from ..registry import MOVES


@MOVES.register("spillover")
@dataclass(frozen=True, slots=True)
class Spillover:
    """Who reaches ``rank`` is placed below the sponsor: ``width[0]`` direct places, below them
    ``width[1]`` a person. Each level is filled under the last line first, then under the others
    from left to right."""

    ladder: str
    rank: str
    direct: int
    below: int

    @classmethod
    def parse(cls, reader: Reader) -> "Spillover":
        ladder, rank = (reader.text(key, required=True) for key in ("ladder", "rank"))
        width = reader.items("width", required=True)
        if len(width) != 2 or not all(type(places) is int and places > 0 for places in width):
            raise PlanError("wrong_type", reader.at("width"), expected="width")
        return cls(ladder, rank, *width)

    def after_rank(self, context: Context, change: RankChange) -> Sequence[Move]:
        ladder = context.plan.ladder(self.ladder)
        wanted = ladder.index(self.rank) if ladder else -1
        world = context.world
        leader = world.above(SPONSOR, change.person)
        if (
            change.ladder != self.ladder
            or not (ladder.index(change.before) < wanted <= ladder.index(change.rank))
            or leader is None
            or change.person in world.placements
        ):
            return ()
        parent = self._find_place(world, leader)
        return (Move(change.person, parent, leader, change.on, "spillover", by=leader),)

    def _find_place(self, world: World, leader: PersonId) -> PersonId:
        lines = world.placed_below(leader)
        if len(lines) < self.direct:
            return leader
        return next(
            person
            for level in self._levels(world, lines[: self.direct])
            for person in level
            if len(world.placed_below(person)) < self.below
        )

    @staticmethod
    def _levels(world: World, lines: Sequence[PersonId]) -> Iterator[list[PersonId]]:
        """Yield each level's people: under the last line, then under the others, left to right."""
        last, others = [lines[-1]], list(lines[:-1])
        while last or others:
            yield [*last, *others]
            last = [child for person in last for child in world.placed_below(person)]
            others = [child for person in others for child in world.placed_below(person)]
