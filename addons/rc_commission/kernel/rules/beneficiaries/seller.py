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

    @classmethod
    def parse(cls, reader: Reader) -> "Seller":
        share = Fraction(0)
        if reader.has("split"):
            inner = reader.inner("split")
            share = read_share(inner.take("parent", required=True), inner.at("parent"))
            inner.finish()
        return cls(share)

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        seller = context.world.person(context.sale.seller if context.sale else None)
        if seller is None:
            return Miss("no_seller")
        parent = context.world.person(seller.parent) if self.parent_share else None
        if parent is None:
            return (Candidate(seller),)
        return (
            Candidate(seller, weight=1 - self.parent_share),
            Candidate(parent, weight=self.parent_share, path=(seller.id, parent.id)),
        )
