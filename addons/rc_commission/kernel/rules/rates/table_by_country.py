"""``{by: country, table: {CN: 5%}}``: by the payee's country."""

from ...types import Candidate
from ..context import Context
from ..registry import RATES
from ..table import Table


@RATES.register("table_by_country")
class TableByCountry(Table):
    """By the payee's country (ISO code)."""

    by = "country"

    def value_of(self, context: Context, candidate: Candidate) -> str | None:
        return candidate.person.country
