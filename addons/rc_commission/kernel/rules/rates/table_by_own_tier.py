"""``{by: own_tier, table: {ultimate: 20%}}``: by the payee's own membership."""

from ...types import Candidate
from ..context import Context
from ..registry import RATES
from ..table import Table


@RATES.register("table_by_own_tier")
class TableByOwnTier(Table):
    """By the payee's own tier."""

    by = "own_tier"

    def value_of(self, context: Context, candidate: Candidate) -> str | None:
        return candidate.person.tier
