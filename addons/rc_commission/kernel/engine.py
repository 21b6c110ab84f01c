"""The flow of an event: what it pays, what it adds to the figures, and what follows from them.

Live accruals, the nightly audit, the scenario runner and the simulator all go through here. No
event earns by a rank, a place or a pool that it causes itself: these change after its awards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from odoo.addons.rc_membership.kernel.periods import Period

from . import ranks
from .close import evaluate_close
from .evaluate import NO_LINE, Evaluation, evaluate, evaluate_person
from .rules.context import Context
from .types import (
    Candidate,
    Effects,
    Fact,
    Miss,
    Move,
    Outcome,
    PersonId,
    PlanVersion,
    RankChange,
    Sale,
    Unlock,
)
from .world import PLACEMENT, SPONSOR, World

Outcomes = list[tuple[PlanVersion, Outcome]]


@dataclass(frozen=True, slots=True)
class Advance:
    """What followed: more awards, and what changed in the network."""

    outcomes: tuple[tuple[PlanVersion, Outcome], ...]
    effects: Effects


class Engine:
    """Plans applied to a world, event by event; ``versions`` are those in force at the event, in
    the plans' order."""

    def __init__(self, world: World):
        self.world = world
        self._risen: list[RankChange] = []  # before an event's awards, told with what follows it

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def credit(self, sale: Sale, versions: Sequence[PlanVersion]) -> Outcomes:
        """Return what each plan awards for the first money of the sale's lines.

        Ranks that were met before (a tier, a training, points earned since) count at once; the
        buyer's own do not, since this sale may have caused them.
        """
        above = [
            p
            for p in self._touched([sale.buyer, *sale.get_sellers(), sale.salesperson])
            if p != sale.buyer
        ]
        self._risen += ranks.rise(self.world, versions, above, sale.on)
        return [(plan, evaluate(plan, sale, self.world)) for plan in versions]

    def pickup(self, sale: Sale, versions: Sequence[PlanVersion]) -> Outcomes:
        """Return what is awarded once the order is verified at its service point."""
        return [(plan, evaluate(plan, sale, self.world, "pickup")) for plan in versions]

    def advance(
        self, facts: Sequence[Fact], versions: Sequence[PlanVersion], on: date, sale: Sale
    ) -> Advance:
        """Add facts of a sale to the world and return what follows from them."""
        reaching = _Reaching(self.world, versions, sale)
        for fact in facts:
            self.world.add_fact(fact)
        outcomes = reaching.finish(facts)
        people = self._touched(
            [sale.buyer, *sale.get_sellers(), *(fact.salesperson for fact in facts)]
        )
        return Advance(tuple(outcomes), self._follow(versions, people, on, facts))

    def signup(
        self, person: PersonId, on: date, versions: Sequence[PlanVersion], key: str | None = None
    ) -> Advance:
        """Return what a verified sign-up of somebody pays and changes."""
        return self.happen("signup", person, on, versions, key or f"signup:{person}")

    def happen(
        self, trigger: str, person: PersonId, on: date, versions: Sequence[PlanVersion], key: str
    ) -> Advance:
        """Return what an event about a person (signup, clicks, mission) pays and changes.

        :param key: of the source record; the same key again awards nothing new
        """
        outcomes = [
            (plan, evaluate_person(plan, self.world, person, on, trigger, key)) for plan in versions
        ]
        people = self._touched([person])
        return Advance(tuple(outcomes), self._follow(versions, people, on))

    def close(self, kind: str, period: Period, versions: Sequence[PlanVersion]) -> Advance:
        """Close an ended period: its awards, then the ranks of the next one, moves and unlocks."""
        outcomes = [(plan, evaluate_close(plan, self.world, kind, period)) for plan in versions]
        changes = ranks.after_close(self.world, versions, kind, period)
        moves = []
        for plan in versions:
            context = Context(self.world, plan, period.end, "rank", period=period, kind=kind)
            for move in plan.moves:
                if getattr(move, "period", None) == kind and hasattr(move, "after_close"):
                    moves += self._place(move.after_close(context))
        unlocks = self._unlock(versions, self._waiting(), period.end)
        effects = Effects(ranks=tuple(changes), moves=tuple(moves), unlocks=tuple(unlocks))
        return Advance(tuple(outcomes), effects)

    def grant(self, change: RankChange, versions: Sequence[PlanVersion]) -> Effects:
        """Give (or take) a rank; what others reach by it follows."""
        self.world.set_rank(change)
        effects = self._follow(versions, self._touched([change.person]), change.on)
        return Effects((), (change, *effects.ranks), effects.moves, effects.unlocks)

    # ------------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------------

    def _touched(self, people: Iterable[PersonId | None]) -> list[PersonId]:
        """Return whose figures an event can change: those named and all above them."""
        found: dict[PersonId, None] = {}
        for person in people:
            if person is None:
                continue
            for other in (
                person,
                *self.world.upline(SPONSOR, person),
                *self.world.upline(PLACEMENT, person),
            ):
                found.setdefault(other)
        return list(found)

    def _follow(
        self,
        versions: Sequence[PlanVersion],
        people: Sequence[PersonId],
        on: date,
        facts: Sequence[Fact] = (),
    ) -> Effects:
        changes = [*self._risen, *ranks.rise(self.world, versions, people, on)]
        self._risen = []
        moves: list[Move] = []
        for plan in versions:
            context = Context(self.world, plan, on, "rank")
            for change in changes:
                for move in plan.moves:
                    if hasattr(move, "after_rank"):
                        moves += self._place(move.after_rank(context, change))
        unlocks = self._unlock(versions, people, on)
        return Effects(tuple(facts), tuple(changes), tuple(moves), tuple(unlocks))

    def _place(self, moves: Iterable[Move]) -> list[Move]:
        done = []
        for move in moves:
            self.world.place(move)
            done.append(move)
        return done

    def _waiting(self) -> list[PersonId]:
        """Return who may have a reserve that a close could unlock."""
        return self.world.reserved()

    def _unlock(
        self, versions: Sequence[PlanVersion], people: Iterable[PersonId], on: date
    ) -> list[Unlock]:
        unlocks = []
        people = list(people)
        for plan in versions:
            context = Context(self.world, plan, on, "reserve")
            for rule in plan.rules:
                if rule.reserve is not None:
                    unlocks += self._unlock_rule(context.with_rule(rule), people)
        return unlocks

    def _unlock_rule(self, context: Context, people: Sequence[PersonId]) -> list[Unlock]:
        plan, rule = context.plan, context.rule
        unlocks = []
        for person_id in people:
            person = self.world.person(person_id)
            if person is None or (plan.code, rule.id, person_id) in self.world.unlocked:
                continue
            if any(condition.check(context, person) for condition in rule.reserve.until):
                continue
            values = ranks.figures(context, rule.reserve.until, person)
            unlock = Unlock(person_id, plan.code, rule.id, context.on, values)
            self.world.unlock(unlock)
            unlocks.append(unlock)
        return unlocks


class _Reaching:
    """Rules that pay when a sale takes a figure to a milestone: read before and after it."""

    def __init__(self, world: World, versions: Sequence[PlanVersion], sale: Sale):
        self.world = world
        self.sale = sale
        self.before = [
            (context, candidate, context.rule.of.value(context, candidate.person.id))
            for context, candidate in self._candidates(versions)
        ]
        self.versions = [plan for plan in versions if any(r.on == "reach" for r in plan.rules)]

    def _candidates(self, versions):
        for plan in versions:
            for rule in plan.rules:
                if rule.on != "reach":
                    continue
                context = Context(
                    self.world, plan, self.sale.on, "reach", rule=rule, sale=self.sale
                )
                found = rule.beneficiary.find(context)
                if not isinstance(found, Miss):
                    for candidate in found:
                        yield context, candidate

    def finish(self, facts: Sequence[Fact]) -> Outcomes:
        """Return the awards of milestones that lie between the figures before and after."""
        outcomes: Outcomes = []
        for plan in self.versions if facts else ():
            evaluation = Evaluation(
                Context(self.world, plan, facts[-1].on, "reach", sale=self.sale)
            )
            for context, candidate, before in self.before:
                if context.plan is plan:
                    self._pay(evaluation, context, candidate, before, facts)
            outcomes.append((plan, evaluation.finish({})))
        return outcomes

    def _pay(self, evaluation, context, candidate: Candidate, before, facts) -> None:
        rule, plan = context.rule, context.plan
        after = rule.of.value(context, candidate.person.id)
        done = self.world.reached(plan.code, rule.id, candidate.person.id)
        lines = {line.key: line for line in self.sale.lines}
        line = lines.get(facts[0].line, NO_LINE)
        for milestone, _rate in rule.rate.table:
            if not before < int(milestone) <= after or milestone in done:
                continue
            level = Candidate(candidate.person, candidate.distance, candidate.path, level=milestone)
            count = len(evaluation.awards)
            at = Context(
                self.world, plan, facts[-1].on, "reach", rule=rule, sale=self.sale, line=line
            )
            evaluation.pay_each(at, (level,), after)
            if len(evaluation.awards) > count:
                self.world.add_reached(plan.code, rule.id, candidate.person.id, milestone, line.key)
