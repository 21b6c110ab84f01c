"""Ladders: who rises at once, who stands where after a close."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from odoo.addons.rc_membership.kernel.periods import Period

from .rules.conditions.combined import All, Any
from .rules.conditions.metric import MetricCondition
from .rules.context import Context
from .types import Ladder, Person, PersonId, PlanVersion, RankChange
from .world import World

UNITS = ("day", "week", "month", "quarter", "year")


def ladders_of(plans: Iterable[PlanVersion]) -> Iterator[tuple[PlanVersion, Ladder]]:
    """Yield each ladder once: of several plans that define one, the first rules it."""
    seen: set[str] = set()
    for plan in plans:
        for ladder in plan.ladders:
            if ladder.code not in seen:
                seen.add(ladder.code)
                yield plan, ladder


def rise(
    world: World, plans: Sequence[PlanVersion], people: Iterable[PersonId], on: date
) -> list[RankChange]:
    """Return who reaches a higher rank now; the world has them already. Ranks only rise here."""
    changes = []
    found = list(ladders_of(plans))
    for person_id in people:
        person = world.person(person_id)
        for plan, ladder in found if person else ():
            context = Context(world, plan, on, "rank")
            change = _rise_one(context, ladder, person, on)
            if change is not None:
                world.set_rank(change)
                changes.append(change)
    return changes


def _rise_one(context: Context, ladder: Ladder, person: Person, on: date) -> RankChange | None:
    if ladder.roles and person.role not in ladder.roles:
        return None
    before = context.world.rank(ladder, person.id)
    reached = _highest_met(context, ladder, person, ladder.index(before))
    if reached <= ladder.index(before):
        return None
    rank = ladder.ranks[reached]
    values = figures(context, rank.requirements, person)
    return RankChange(
        person.id, ladder.code, rank.code, before, on, "met", context.plan.code, values
    )


def _highest_met(context: Context, ladder: Ladder, person: Person, held: int) -> int:
    """Return the index of the highest rank whose requirements are met; ranks without any (above
    the lowest) are given only."""
    best = held
    for index, rank in enumerate(ladder.ranks):
        if not rank.requirements:
            if index == 0:
                best = max(best, 0)
            continue
        if rank.after is not None and ladder.index(rank.after) > best:
            continue
        if all(c.check(context, person) is None for c in rank.requirements):
            best = max(best, index)
    return best


def figures(context: Context, conditions: Iterable[object], person: Person) -> dict[str, str]:
    """Return the figures behind requirements, to explain a rank (name and period → value)."""
    found = {}
    for condition in conditions:
        if isinstance(condition, Any | All):
            found |= figures(context, condition.conditions, person)
        elif isinstance(condition, MetricCondition):
            spec = condition.metric
            name = " ".join(str(part) for part in spec.describe().values())
            found[name] = str(spec.value(context, person.id))
    return found


# ------------------------------------------------------------------
# Progress
# ------------------------------------------------------------------


def progress(
    world: World, plan: PlanVersion, ladder: Ladder, person_id: PersonId, on: date
) -> dict | None:
    """Return what is between somebody and the next rank: its code and each figure with what it
    must reach (None: on the highest one that can be reached)."""
    person = world.person(person_id)
    context = Context(world, plan, on, "rank")
    held = ladder.index(world.rank(ladder, person_id))
    for rank in ladder.ranks[held + 1 :]:
        if rank.requirements and person is not None:
            return {
                "rank": rank.code,
                "requirements": _progress(context, rank.requirements, person),
            }
    return None


def _progress(context: Context, conditions: Iterable[object], person: Person) -> list[dict]:
    rows = []
    for condition in conditions:
        is_met = condition.check(context, person) is None
        if isinstance(condition, Any | All):
            word = "any" if isinstance(condition, Any) else "all"
            inner = _progress(context, condition.conditions, person)
            rows.append({"kind": word, "met": is_met, "of": inner})
        elif isinstance(condition, MetricCondition):
            wanted = condition.at_least if condition.at_least is not None else condition.more_than
            value = condition.metric.value(context, person.id)
            done = min(Fraction(1), value / wanted) if wanted else Fraction(int(is_met))
            rows.append(
                {
                    "kind": "metric",
                    "met": is_met,
                    **condition.metric.describe(),
                    "value": str(value),
                    "wanted": str(wanted) if wanted is not None else None,
                    "strict": condition.more_than is not None,
                    "part": str(max(Fraction(0), done)),
                }
            )
        else:
            miss = condition.check(context, person)
            values = {"code": miss.code, **miss.values} if miss else {}
            rows.append({"kind": "person", "met": is_met, "condition": condition, **values})
    return rows


# ------------------------------------------------------------------
# Close
# ------------------------------------------------------------------


def closing_unit(ladder: Ladder) -> str | None:
    """Return the length of period whose close sets the ladder's ranks: the longest its figures
    are counted over; a month for tiers and the like, which can end; None: nothing lapses."""
    periods: set[str] = set()
    lapses = False
    for rank in ladder.ranks:
        for condition in _leaves(rank.requirements):
            if isinstance(condition, MetricCondition):
                if condition.metric.period in UNITS:
                    periods.add(condition.metric.period)
            elif condition.tiers or condition.active is not None:
                lapses = True
    if periods:
        return max(periods, key=UNITS.index)
    return "month" if lapses else None


def _leaves(conditions: Iterable[object]) -> Iterator[object]:
    for condition in conditions:
        if isinstance(condition, Any | All):
            yield from _leaves(condition.conditions)
        else:
            yield condition


def after_close(
    world: World, plans: Sequence[PlanVersion], kind: str, period: Period
) -> list[RankChange]:
    """Return how ranks stand for the next period: the closed period's figures, or what the new
    one's have reached already. Granted and bought ranks stand."""
    changes = []
    for plan, ladder in ladders_of(plans):
        if closing_unit(ladder) != kind:
            continue
        for rank in ladder.ranks:
            for person in world.holders(ladder, rank.code):
                change = _stand(world, plan, ladder, person, kind, period)
                if change is not None:
                    changes.append(change)
    for change in changes:
        world.set_rank(change)
    return changes


def _stand(world, plan, ladder, person: Person, kind: str, period: Period) -> RankChange | None:
    if world.is_granted(ladder.code, person.id):
        return None
    held = world.rank(ladder, person.id)
    index = ladder.index(held)
    closed = Context(world, plan, period.end, "rank", period=period, kind=kind)
    running = Context(world, plan, period.end, "rank")
    met = max(_highest_met(context, ladder, person, -1) for context in (closed, running))
    rank = ladder.ranks[index]
    if met >= index or not rank.demote:
        if met >= index and world.misses.get((ladder.code, person.id)):
            return _again(plan, ladder, person, held, period, 0)
        return None
    missed = world.misses.get((ladder.code, person.id), 0) + 1
    if missed <= rank.grace:
        return _again(plan, ladder, person, held, period, missed)
    values = figures(closed, rank.requirements, person)
    new = ladder.ranks[met].code if met >= 0 else None
    return RankChange(person.id, ladder.code, new, held, period.end, "close", plan.code, values)


def _again(plan, ladder, person, held, period, missed: int) -> RankChange:
    """The rank is kept, and the closed periods below it are counted."""
    values = {"missed": missed}
    return RankChange(person.id, ladder.code, held, held, period.end, "grace", plan.code, values)
