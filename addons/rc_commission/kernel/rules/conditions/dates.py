"""``when: [{dates: {from: 2026-01-01, to: 2026-02-01}}]``: when the money arrived."""

from dataclasses import dataclass
from datetime import date

from ...reader import Reader
from ...types import Line, Miss, Person, Sale
from ..registry import CONDITIONS


@CONDITIONS.register("dates")
@dataclass(frozen=True, slots=True)
class Dates:
    """A half-open range: ``start`` counts, ``end`` does not."""

    start: date | None = None
    end: date | None = None

    @classmethod
    def parse(cls, value: object, path: str) -> "Dates":
        reader = Reader(value, path)
        block = cls(reader.day("from"), reader.day("to"))
        reader.finish()
        return block

    def check(self, sale: Sale, line: Line, payee: Person) -> Miss | None:
        if (self.start and sale.on < self.start) or (self.end and sale.on >= self.end):
            return Miss(
                "dates",
                {
                    "from": self.start.isoformat() if self.start else None,
                    "to": self.end.isoformat() if self.end else None,
                },
            )
        return None
