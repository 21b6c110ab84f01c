"""Metrics that are sums of purchases: who is related to them how, and what is added up."""

from fractions import Fraction

from odoo.addons.rc_membership.kernel.periods import add_months, calendar_period

from ...reader import Reader
from ..registry import METRICS


class Purchases:
    """Sum of a column of the facts of one relation; ``is_money``: in the plan's currency."""

    relation = "buyer"
    measure = "net"
    is_money = True

    @classmethod
    def check_spec(cls, spec, reader: Reader) -> None:
        _refuse(spec, reader, "ladder", "leg", "carry")

    @classmethod
    def value(cls, context, spec, person, start, end):
        return context.world.sum_facts(
            cls.relation,
            person,
            cls.column(spec),
            start,
            end,
            context.plan.currency if cls.column(spec) == "net" else None,
            tier=spec.item_tier,
            product=spec.item_product,
            kind=spec.kind,
        )

    @classmethod
    def column(cls, spec) -> str:
        return cls.measure


class Counted(Purchases):
    """A number of orders: those that have something of the product, tier or kind."""

    measure = "orders"
    is_money = False

    @classmethod
    def column(cls, spec) -> str:
        if cls.measure != "orders":
            return cls.measure
        if spec.item_product:
            return "orders_of_product"
        if spec.item_tier:
            return "orders_of_tier"
        return "orders_of_kind" if spec.kind else "orders"


class FirstPaid(Counted):
    """Buyers with a first fully paid order: of a tier or product, the first of that one."""

    @classmethod
    def column(cls, spec) -> str:
        if spec.item_product:
            return "first_of_product"
        return "first_of_tier" if spec.item_tier else "first"


def _refuse(spec, reader: Reader, *names: str) -> None:
    """Refuse filters that mean nothing for a metric, rather than ignoring them."""
    for name in names:
        if getattr(spec, name):
            reader.refuse({"ladder": "rank"}.get(name, name))


def _purchases(word: str, base: type, relation: str, doc: str) -> type:
    block = type(word, (base,), {"relation": relation, "__doc__": doc})
    return METRICS.register(word)(block)


_purchases("direct_sales", Purchases, "sponsor", "What the people one sponsors bought.")
_purchases("direct_paid", FirstPaid, "sponsor", "Sponsored buyers with a first fully paid order.")
_purchases("seller_sales", Purchases, "seller", "Sales attributed to somebody.")
_purchases("seller_paid", FirstPaid, "seller", "New buyers won by somebody.")
_purchases("salesperson_sales", Purchases, "salesperson", "Sales of an order's salesperson.")
_purchases("salesperson_paid", FirstPaid, "salesperson", "New buyers of a salesperson.")
_purchases("team_sales", Purchases, "team", "Sales in the whole sponsor subtree, own ones out.")
_purchases("team_orders", Counted, "team", "Paid orders in the whole sponsor subtree.")
_purchases("team_paid", FirstPaid, "team", "New buyers in the whole sponsor subtree.")
_purchases("own_purchases", Purchases, "buyer", "What somebody bought.")
_purchases("orders", Counted, "buyer", "Somebody's own fully paid orders.")


@METRICS.register("packages_sold")
class PackagesSold(Purchases):
    """Packages the people one sponsors bought, in units."""

    relation = "sponsor"
    measure = "quantity"
    is_money = False

    @classmethod
    def value(cls, context, spec, person, start, end):
        return context.world.sum_facts(
            cls.relation, person, cls.measure, start, end, kind="package", product=spec.item_product
        )


@METRICS.register("growth_months")
class GrowthMonths(Purchases):
    """Closed calendar months in a row, up to now, in which the team's sales rose."""

    relation = "team"
    is_money = False
    longest = 60

    @classmethod
    def value(cls, context, spec, person, start, end):
        last = end or calendar_period(context.on, "month").start
        month, sums = calendar_period(last, "month").start, []
        for _number in range(cls.longest + 1):
            month, until = add_months(month, -1), month
            sums.append(super().value(context, spec, person, month, until))
            if len(sums) > 1 and sums[-1] >= sums[-2]:
                break
        return Fraction(len(sums) - 2 if sums[-1] >= sums[-2] else len(sums) - 1)
