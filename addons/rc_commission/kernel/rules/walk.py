"""Walking up a tree from a sale."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..reader import Reader
from ..types import Candidate, Miss, PersonId
from ..world import SPONSOR, TREES
from .context import Context

STARTS = ("sponsor", "seller", "buyer")


@dataclass(frozen=True, slots=True)
class Walk:
    """Up the ``tree`` from the buyer's sponsor, the seller or the buyer; ``include_self``: the
    start itself qualifies."""

    tree: str = SPONSOR
    start: str = "sponsor"
    include_self: bool = True

    @classmethod
    def parse(cls, reader: Reader) -> "Walk":
        return cls(
            reader.choice("tree", TREES, SPONSOR),
            reader.choice("from", STARTS, "sponsor"),
            reader.flag("include_self", default=True),
        )

    def first(self, context: Context) -> PersonId | None:
        if self.start == "buyer":
            return context.buyer
        if self.start == "seller":
            return context.sale.seller if context.sale else None
        return context.world.above(SPONSOR, context.buyer)

    def candidates(self, context: Context) -> Iterator[Candidate]:
        """Yield those above, nearest first, each with the distance from the buyer."""
        first = self.first(context)
        if first is None:
            return
        line = (first, *context.world.upline(self.tree, first))
        nearest = 0 if self.start == "buyer" else 1
        for index, person_id in enumerate(line):
            person = context.world.person(person_id)
            if person is None or (index == 0 and not self.include_self):
                continue
            yield Candidate(person, distance=nearest + index, path=line[: index + 1])

    def nothing(self, context: Context) -> Miss:
        """Return why there is nobody to walk up from."""
        return Miss("no_seller" if self.start == "seller" else "no_sponsor", {"level": 1})
