"""Rates read from a table by something that is known of the sale or the payee."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..errors import PlanError
from ..reader import Reader
from ..types import Candidate, Miss, Rated
from .context import Context


@dataclass(frozen=True, slots=True)
class Table:
    """Value → percent or amount, in file order; a value that is not there pays nothing."""

    table: tuple[tuple[str, object], ...]
    ladder: str | None = None

    by = ""

    @classmethod
    def parse(cls, reader: Reader) -> "Table":
        return cls(parse_table(reader))

    def get(self, value: str | None) -> object | None:
        return next((rate for key, rate in self.table if key == value), None)

    def value_of(self, context: Context, candidate: Candidate) -> str | None:
        """Return what the table is read by."""
        raise NotImplementedError

    def rate(self, context: Context, candidate: Candidate, basis: Fraction) -> Rated | Miss:
        value = self.value_of(context, candidate)
        rate = self.get(value)
        if rate is None:
            return Miss("not_in_table", {"by": self.by, "value": value})
        rated = rate.rate(context, candidate, basis)
        if isinstance(rated, Miss):
            return rated
        return Rated(rated.amount, rated.per, {**rated.details, "by": self.by, "value": value})


def parse_table(reader: Reader) -> tuple[tuple[str, object], ...]:
    """Read ``table: {value: rate, …}`` into pairs in file order."""
    from .parsing import parse_rate  # rates may stand in tables

    table = reader.take("table", required=True)
    path = reader.at("table")
    if not isinstance(table, Mapping) or not table:
        raise PlanError("wrong_type", path, expected="mapping")
    return tuple((str(key), parse_rate(value, f"{path}.{key}")) for key, value in table.items())
