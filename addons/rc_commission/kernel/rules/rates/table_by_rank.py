"""``{by: rank, ladder: promoter, table: {starter: 10%}}``: by the payee's rank."""

from ...reader import Reader
from ...types import Candidate
from ..context import Context
from ..registry import RATES
from ..table import Table, parse_table


@RATES.register("table_by_rank")
class TableByRank(Table):
    """By the rank held before the sale; ranks that are not in the table pay nothing."""

    by = "rank"

    @classmethod
    def parse(cls, reader: Reader) -> "TableByRank":
        return cls(parse_table(reader), reader.text("ladder", required=True))

    def value_of(self, context: Context, candidate: Candidate) -> str | None:
        if candidate.level is not None:
            return candidate.level
        return context.world.rank(context.plan.ladder(self.ladder), candidate.person.id)
