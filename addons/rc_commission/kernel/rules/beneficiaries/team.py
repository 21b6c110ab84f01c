"""``{to: team, split: equal | weighted}``: the sales team shares one amount."""

from dataclasses import dataclass, replace
from fractions import Fraction

from ...reader import Reader
from ...types import Candidate, Miss
from ..context import Context
from ..registry import BENEFICIARIES
from .salesperson import find_salesperson


@BENEFICIARIES.register("team")
@dataclass(frozen=True, slots=True)
class Team:
    """On payment the team of the sale's salesperson; on close every team, an amount each.

    ``equal`` parts, or ``weighted`` by the members' figure of the rule's ``of``.
    """

    split: str = "equal"

    shares_one_amount = True

    @classmethod
    def parse(cls, reader: Reader) -> "Team":
        return cls(reader.choice("split", ("equal", "weighted"), "equal"))

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        seller = find_salesperson(context.sale, context.world) if context.sale else None
        if seller is None:
            return Miss("no_salesperson")
        return self.members(context, seller.team) or Miss("no_team")

    def members(self, context: Context, team) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(person, weight=Fraction(1)) for person in context.world.team_of(team)
        )

    def weigh(self, context: Context, members: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """Return the members with the weights of their parts."""
        if self.split == "equal" or context.rule.of is None:
            return members
        return tuple(
            replace(
                member, weight=max(Fraction(0), context.rule.of.value(context, member.person.id))
            )
            for member in members
        )
