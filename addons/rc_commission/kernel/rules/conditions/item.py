"""``when: [{item: {tier: team}}]``: what was bought."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Line, Miss, Person, Sale
from ..registry import CONDITIONS


@CONDITIONS.register("item")
@dataclass(frozen=True, slots=True)
class Item:
    """Each named attribute must be one of the given values."""

    tiers: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: object, path: str) -> "Item":
        reader = Reader(value, path)
        block = cls(reader.words("tier"), reader.words("product"), reader.words("category"))
        reader.finish()
        return block

    def check(self, sale: Sale, line: Line, payee: Person) -> Miss | None:
        for name, wanted, actual in (
            ("tier", self.tiers, line.tier),
            ("product", self.products, line.product),
            ("category", self.categories, line.category),
        ):
            if wanted and actual not in wanted:
                return Miss("item", {"by": name, "wanted": list(wanted), "value": actual})
        return None
