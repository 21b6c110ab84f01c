"""Volume of the two legs of the placement tree."""

from fractions import Fraction

from ..registry import METRICS
from .purchases import Purchases


@METRICS.register("leg_sales")
class LegSales(Purchases):
    """Sales of the smaller (or larger) leg.

    ``carry``: what is matched on both sides is used up, the larger leg's excess stays for the
    next period. As both legs lose the same, what is matched until a day is the smaller of the two
    sums until then, and a period's share is the rise of that.
    """

    @classmethod
    def check_spec(cls, spec, reader) -> None:
        if spec.leg is None:
            reader.missing("leg")
        if spec.carry and spec.leg != "smaller":
            reader.refuse("carry")

    @classmethod
    def value(cls, context, spec, person, start, end):
        def legs(since, until):
            return [
                context.world.sum_facts(
                    side,
                    person,
                    "net",
                    since,
                    until,
                    context.plan.currency,
                    tier=spec.item_tier,
                    product=spec.item_product,
                    kind=spec.kind,
                )
                for side in ("left", "right")
            ]

        if not spec.carry:
            return (min if spec.leg == "smaller" else max)(legs(start, end))
        before = max(Fraction(0), min(legs(None, start))) if start else Fraction(0)
        return max(Fraction(0), min(legs(None, end)) - before)
