"""``{by: milestone, table: {5: 50.00, 10: 150.00}}``: what a figure pays when it is reached."""

from ...errors import PlanError
from ...reader import Reader
from ...types import Candidate
from ..context import Context
from ..registry import RATES
from ..table import Table, parse_table


@RATES.register("table_by_milestone")
class TableByMilestone(Table):
    """For ``on: reach``: the milestone reached stands in the candidate's ``level``."""

    by = "milestone"

    @classmethod
    def parse(cls, reader: Reader) -> "TableByMilestone":
        table = parse_table(reader)
        for key, _rate in table:
            if not key.isdigit() or key == "0":
                raise PlanError("wrong_type", f"{reader.at('table')}.{key}", expected="integer")
        return cls(table)

    def value_of(self, context: Context, candidate: Candidate) -> str | None:
        return candidate.level
