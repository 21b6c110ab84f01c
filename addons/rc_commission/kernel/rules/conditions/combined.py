"""``{any: […]}`` and ``{all: […]}``: alternatives and groups of conditions."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Miss, Person
from ..context import Context
from ..registry import CONDITIONS


@CONDITIONS.register("any")
@dataclass(frozen=True, slots=True)
class Any:
    """One of them is enough; if none is met the first one's reason is told, with the others."""

    conditions: tuple[object, ...]

    @classmethod
    def parse(cls, reader: Reader) -> "Any":
        return cls(_parse(reader, "any"))

    def check(self, context: Context, person: Person) -> Miss | None:
        misses = []
        for condition in self.conditions:
            miss = condition.check(context, person)
            if miss is None:
                return None
            misses.append(miss)
        return Miss(
            "any", {"of": [{"code": miss.code, "values": dict(miss.values)} for miss in misses]}
        )


@CONDITIONS.register("all")
@dataclass(frozen=True, slots=True)
class All:
    """All of them, as one of the alternatives of ``any``."""

    conditions: tuple[object, ...]

    @classmethod
    def parse(cls, reader: Reader) -> "All":
        return cls(_parse(reader, "all"))

    def check(self, context: Context, person: Person) -> Miss | None:
        for condition in self.conditions:
            miss = condition.check(context, person)
            if miss is not None:
                return miss
        return None


def _parse(reader: Reader, key: str) -> tuple[object, ...]:
    from ..parsing import parse_conditions  # it knows this block

    found = parse_conditions(reader.items(key, required=True), reader.at(key))
    if not found:
        reader.missing(key)
    return found
