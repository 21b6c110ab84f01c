"""``rate: 5.00``: an amount, once per order or for each unit."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ...reader import read_amount
from ...types import Candidate, Miss, Rated
from ..context import Context
from ..registry import RATES


@RATES.register("fixed")
@dataclass(frozen=True, slots=True)
class Fixed:
    """In the plan's currency. The rule's ``per`` makes it once per order, or for each unit."""

    amount: Decimal

    @classmethod
    def parse(cls, value: object, path: str) -> "Fixed":
        return cls(read_amount(value, path))

    def rate(self, context: Context, candidate: Candidate, basis: Fraction) -> Rated | Miss:
        return Rated(Fraction(self.amount), "order", {"kind": "fixed", "amount": str(self.amount)})
