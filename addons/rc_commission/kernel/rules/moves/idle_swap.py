"""``{do: idle_swap, period: month, by: {metric: team_orders}}``: an active line for an idle one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ...reader import Reader
from ...types import Move, PersonId
from ...world import PLACEMENT
from ..context import Context
from ..metric import Metric
from ..registry import MOVES


@MOVES.register("idle_swap")
@dataclass(frozen=True, slots=True)
class IdleSwap:
    """At each close, for every leader who left people behind: the most active of the later direct
    lines takes the place of one of those left, an idle one first, else one drawn by a recorded
    seed; the one replaced comes back to the leader."""

    period: str
    by: Metric

    @classmethod
    def parse(cls, reader: Reader) -> "IdleSwap":
        period = reader.choice("period", ("week", "month"), "month")
        inner = reader.inner("by")
        metric = Metric.parse(inner)
        inner.finish()
        return cls(period, metric)

    def after_close(self, context: Context) -> Sequence[Move]:
        moves: list[Move] = []
        for leader in context.world.leaders_who_left():
            moves += self._swap(context, leader)
        return moves

    def _swap(self, context: Context, leader: PersonId) -> Sequence[Move]:
        world = context.world
        left = [p for p in world.left_behind(leader) if world.above(PLACEMENT, p) != leader]
        lines = [p for p in world.below(PLACEMENT, leader) if p not in left]
        figures = {person: self._activity(context, person) for person in (*left, *lines)}
        best = max(lines, key=lambda person: figures[person], default=None)  # ties: joined first
        if best is None or not left or figures[best] <= 0:
            return ()
        idle = [person for person in left if figures[person] <= 0]
        seed = f"{context.plan.code}|{context.period.start}|{leader}"
        draw = int(hashlib.sha256(seed.encode()).hexdigest(), 16)
        out = idle[0] if idle else left[draw % len(left)]
        place = world.above(PLACEMENT, out)
        values = {
            "seed": seed,
            "drawn": not idle,
            "figures": {str(person): str(figures[person]) for person in figures},
        }
        return (
            Move(out, leader, place, context.on, "idle_swap", by=leader, values=values),
            Move(best, place, leader, context.on, "idle_swap", by=leader, values=values),
        )

    def _activity(self, context: Context, person: PersonId):
        """Return what a person and their team did in the closed period."""
        own = context.world.sum_facts(
            "buyer", person, "orders", context.period.start, context.period.end
        )
        return own + self.by.value(context, person)
