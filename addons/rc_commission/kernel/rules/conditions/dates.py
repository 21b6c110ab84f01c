"""``{dates: {from: 2026-01-01, to: 2026-02-01}}``: when the money arrived."""

from dataclasses import dataclass
from datetime import date

from ...errors import PlanError
from ...reader import Reader
from ...types import Miss, Person
from ..context import Context
from ..registry import CONDITIONS


@CONDITIONS.register("dates")
@dataclass(frozen=True, slots=True)
class Dates:
    """A half-open range: ``start`` counts, ``end`` does not."""

    start: date | None = None
    end: date | None = None

    @classmethod
    def parse(cls, reader: Reader) -> "Dates":
        inner = reader.inner("dates")
        block = cls(inner.day("from"), inner.day("to"))
        inner.finish()
        if block.start and block.end and block.end <= block.start:
            raise PlanError("contradiction", inner.at("to"), value=block.end.isoformat())
        return block

    def check(self, context: Context, person: Person) -> Miss | None:
        on = context.on
        if (self.start and on < self.start) or (self.end and on >= self.end):
            return Miss(
                "dates",
                {
                    "from": self.start.isoformat() if self.start else None,
                    "to": self.end.isoformat() if self.end else None,
                },
            )
        return None
