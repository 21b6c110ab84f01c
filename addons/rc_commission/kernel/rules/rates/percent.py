"""``rate: 10%``: a share of the line's basis."""

from dataclasses import dataclass
from fractions import Fraction

from ...reader import read_share
from ...types import Candidate, Miss, Rated
from ..context import Context
from ..registry import RATES


@RATES.register("percent")
@dataclass(frozen=True, slots=True)
class Percent:
    """Per order line and payee; never more than the whole."""

    share: Fraction

    @classmethod
    def parse(cls, value: object, path: str) -> "Percent":
        return cls(read_share(value, path))

    def rate(self, context: Context, candidate: Candidate, basis: Fraction) -> Rated | Miss:
        return Rated(basis * self.share, "line", {"kind": "percent", "rate": str(self.share)})
