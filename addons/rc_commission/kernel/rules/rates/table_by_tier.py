"""``{by: tier, table: {premium: 10%}}``: by the tier that was bought."""

from ...types import Candidate
from ..context import Context
from ..registry import RATES
from ..table import Table


@RATES.register("table_by_tier")
class TableByTier(Table):
    """By the tier of the line."""

    by = "tier"

    def value_of(self, context: Context, candidate: Candidate) -> str | None:
        return context.line.tier if context.line else None
