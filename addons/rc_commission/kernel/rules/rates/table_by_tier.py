"""``rate: {by: tier, table: {premium: 10%, …}}``: by the tier that was bought."""

from dataclasses import dataclass
from fractions import Fraction

from ...reader import Reader
from ...types import Line, Miss, Person, Rated
from ..parsing import parse_table
from ..registry import RATES


@RATES.register("table_by_tier")
@dataclass(frozen=True, slots=True)
class TableByTier:
    """Tier code → percent or amount; a tier that is not in the table pays nothing."""

    table: tuple[tuple[str, object], ...]

    @classmethod
    def parse(cls, reader: Reader) -> "TableByTier":
        return cls(parse_table(reader))

    def rate(self, line: Line, basis: Fraction, payee: Person) -> Rated | Miss:
        rate = dict(self.table).get(line.tier)
        if rate is None:
            return Miss("not_in_table", {"by": "tier", "value": line.tier})
        rated = rate.rate(line, basis, payee)
        return Rated(rated.amount, rated.per, {**rated.details, "by": "tier", "value": line.tier})
