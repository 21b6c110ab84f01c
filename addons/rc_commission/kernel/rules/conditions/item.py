"""``{item: {tier: team}}``: what was bought."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Miss, Person
from ..context import Context
from ..registry import CONDITIONS


@CONDITIONS.register("item")
@dataclass(frozen=True, slots=True)
class Item:
    """Each named attribute must be one of the given values."""

    tiers: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @classmethod
    def parse(cls, reader: Reader) -> "Item":
        inner = reader.inner("item")
        block = cls(inner.words("tier"), inner.words("product"), inner.words("category"))
        inner.finish()
        return block

    def check(self, context: Context, person: Person) -> Miss | None:
        line = context.line
        for name, wanted in (
            ("tier", self.tiers),
            ("product", self.products),
            ("category", self.categories),
        ):
            actual = getattr(line, name, None)
            if wanted and actual not in wanted:
                return Miss("item", {"by": name, "wanted": list(wanted), "value": actual})
        return None
