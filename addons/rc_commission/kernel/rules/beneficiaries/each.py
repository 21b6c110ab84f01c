"""``{to: each}``: on close, every participant in the plan's roles who meets the conditions."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss
from ..context import Context
from ..registry import BENEFICIARIES


@BENEFICIARIES.register("each")
@dataclass(frozen=True, slots=True)
class Each:
    """In the order they joined; on other events than a close, whom the event is about."""

    @classmethod
    def parse(cls, reader: Reader) -> "Each":
        return cls()

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        if context.trigger == "close":
            people = context.world.participants(context.plan.roles)
        else:
            person = context.world.person(context.buyer)
            people = [person] if person else []
        return tuple(Candidate(person) for person in people) or Miss("no_participants")
