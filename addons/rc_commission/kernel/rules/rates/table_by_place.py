"""``{by: place, table: {1: 200, 2: 100, 3: 50}}``: by the place in the order of ``of``."""

from ...types import Candidate
from ..context import Context
from ..registry import RATES
from ..table import Table


@RATES.register("table_by_place")
class TableByPlace(Table):
    """On close only: the candidates' places stand in their ``level``."""

    by = "place"

    def value_of(self, context: Context, candidate: Candidate) -> str | None:
        return candidate.level
