"""``rate: 10%``: a share of the line's basis."""

from dataclasses import dataclass
from fractions import Fraction

from ...reader import read_percent
from ...types import Line, Miss, Person, Rated
from ..registry import RATES


@RATES.register("percent")
@dataclass(frozen=True, slots=True)
class Percent:
    """Per order line and payee."""

    share: Fraction

    @classmethod
    def parse(cls, value: object, path: str) -> "Percent":
        return cls(read_percent(value, path))

    def rate(self, line: Line, basis: Fraction, payee: Person) -> Rated | Miss:
        return Rated(basis * self.share, "line", {"kind": "percent", "rate": str(self.share)})
