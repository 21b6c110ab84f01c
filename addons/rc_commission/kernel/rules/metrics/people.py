"""Metrics about people: who one brought, which ranks they hold, who was left behind."""

from fractions import Fraction

from ...world import SPONSOR
from ..registry import METRICS
from .purchases import Counted


class People(Counted):
    """Counts people of a rank among some."""

    @classmethod
    def check_spec(cls, spec, reader) -> None:
        if spec.rank is None:
            reader.missing("rank")
        for name in ("item_tier", "item_product", "kind", "leg", "carry"):
            if getattr(spec, name):
                reader.refuse(name)

    @classmethod
    def people(cls, world, person):
        raise NotImplementedError

    @classmethod
    def value(cls, context, spec, person, start, end):
        ladder = context.plan.ladder(spec.ladder)
        wanted = ladder.index(spec.rank)
        held = (context.world.rank(ladder, other) for other in cls.people(context.world, person))
        return Fraction(sum(1 for rank in held if ladder.index(rank) >= wanted))


@METRICS.register("direct_of_rank")
class DirectOfRank(People):
    """Directly sponsored people who hold a rank (or a higher one)."""

    @classmethod
    def people(cls, world, person):
        return world.below(SPONSOR, person)


@METRICS.register("team_of_rank")
class TeamOfRank(People):
    """People of the whole sponsor subtree who hold a rank (or a higher one)."""

    @classmethod
    def people(cls, world, person):
        found, todo = [], list(world.below(SPONSOR, person))
        while todo:
            other = todo.pop()
            found.append(other)
            todo += world.below(SPONSOR, other)
        return found


@METRICS.register("left_of_rank")
class LeftOfRank(People):
    """People somebody left behind on a promotion who hold a rank (or a higher one)."""

    @classmethod
    def people(cls, world, person):
        return world.left_behind(person)


@METRICS.register("left_orders")
class LeftOrders(Counted):
    """Paid orders of the people somebody left behind, with their teams."""

    @classmethod
    def value(cls, context, spec, person, start, end):
        return sum(
            (
                context.world.sum_facts(
                    relation,
                    other,
                    cls.column(spec),
                    start,
                    end,
                    tier=spec.item_tier,
                    product=spec.item_product,
                )
                for other in context.world.left_behind(person)
                for relation in ("buyer", "team")
            ),
            Fraction(0),
        )


@METRICS.register("referrals")
class Referrals(Counted):
    """People one sponsors, bound in the period."""

    @classmethod
    def check_spec(cls, spec, reader) -> None:
        for name in ("item_tier", "item_product", "kind", "ladder", "leg", "carry"):
            if getattr(spec, name):
                reader.refuse({"ladder": "rank"}.get(name, name))

    @classmethod
    def value(cls, context, spec, person, start, end):
        return Fraction(context.world.referrals(person, start, end))
