"""``{by: region, table: {district: 3.00, city: 5.00}}``: by the level of a territory."""

from ...types import Candidate
from ..context import Context
from ..registry import RATES
from ..table import Table


@RATES.register("table_by_region")
class TableByRegion(Table):
    """Levels from small to large; elsewhere than for region owners by the payee's largest territory."""

    by = "region"

    def value_of(self, context: Context, candidate: Candidate) -> str | None:
        if candidate.level is not None:
            return candidate.level  # the ``region`` beneficiary says for which one
        owned = [level for level, _rate in self.table if level in candidate.person.regions]
        return owned[-1] if owned else None
