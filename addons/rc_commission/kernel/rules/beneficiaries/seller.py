"""``{to: seller, split: {parent: 30%}}``: the winner of the order's attribution."""

from dataclasses import dataclass
from fractions import Fraction

from ...reader import Reader, read_share
from ...types import Candidate, Miss
from ..context import Context
from ..registry import BENEFICIARIES


@BENEFICIARIES.register("seller")
@dataclass(frozen=True, slots=True)
class Seller:
    """Who sold it, by default the buyer's sponsor; not limited by levels. ``parent_share`` of the
    one award goes to the seller's parent partner, if there is one."""

    parent_share: Fraction = Fraction(0)

    shares_attribution = True

    @classmethod
    def parse(cls, reader: Reader) -> "Seller":
        share = Fraction(0)
        if reader.has("split"):
            inner = reader.inner("split")
            share = read_share(inner.take("parent", required=True), inner.at("parent"))
            inner.finish()
        return cls(share)

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        if context.sale and context.sale.sellers:
            return self._find_sharers(context) or Miss("no_seller")
        seller = context.world.person(context.sale.seller if context.sale else None)
        if seller is None:
            return Miss("no_seller")
        parent = context.world.person(seller.parent) if self.parent_share else None
        if parent is None:
            return (Candidate(seller),)
        return self._with_parent(seller, parent, Fraction(1))

    def _find_sharers(self, context: Context) -> tuple[Candidate, ...]:
        """Return who shares the attribution, each with their part; who is unknown leaves theirs."""
        found = []
        for who, part in context.sale.sellers:
            seller = context.world.person(who)
            parent = context.world.person(seller.parent) if seller and self.parent_share else None
            if parent:
                found += self._with_parent(seller, parent, part)
            elif seller:
                found.append(Candidate(seller, weight=part))
        return tuple(found)

    def _with_parent(self, seller, parent, part: Fraction) -> tuple[Candidate, ...]:
        share = part * self.parent_share
        return (
            Candidate(seller, weight=part - share),
            Candidate(parent, weight=share, path=(seller.id, parent.id)),
        )
