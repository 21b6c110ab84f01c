"""``{to: region}``: the owners of the shipping address's territories, small to large."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss
from ..context import Context
from ..registry import BENEFICIARIES


@BENEFICIARIES.register("region")
@dataclass(frozen=True, slots=True)
class Region:
    """The table has totals from the smallest level up: each owner gets their figure less what
    smaller territories took."""

    cumulative = True
    table = "region"

    @classmethod
    def parse(cls, reader: Reader) -> "Region":
        return cls()

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        regions = context.sale.regions if context.sale else {}
        if not regions:
            return Miss("no_region")
        found = []
        for level, _rate in context.rule.rate.table:
            owner = context.world.owner(level, regions.get(level))
            if owner is not None:
                found.append(Candidate(owner, level=level))
        return tuple(found) or Miss("no_region_owner")
