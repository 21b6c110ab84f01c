"""Closing a period: what its figures pay, and how pools are shared."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import allocate, round_half_up
from odoo.addons.rc_membership.kernel.periods import Period

from .award import make_award
from .evaluate import NO_LINE, Evaluation, is_match
from .ranks import closing_unit
from .restate import Restated
from .rules import RATES
from .rules.conditions.top import Top, places_of
from .rules.context import Context
from .types import Candidate, Miss, Outcome, PlanVersion, Rated, Rule
from .world import World


def close_key(kind: str, period: Period) -> str:
    """Return the source of a close's awards.

    >>> from datetime import date
    >>> close_key("month", Period(date(2026, 1, 1), date(2026, 2, 1)))
    'close:month:2026-01-01'
    """
    return f"close:{kind}:{period.start.isoformat()}"


def close_kinds(plan: PlanVersion) -> set[str]:
    """Return the lengths of period a plan needs closed: for its rules, ranks and moves."""
    kinds = {rule.period for rule in plan.rules if rule.on == "close"}
    kinds |= {closing_unit(ladder) for ladder in plan.ladders}
    kinds |= {getattr(move, "period", None) for move in plan.moves}
    return kinds & {"week", "month", "quarter", "year"}


def evaluate_close(plan: PlanVersion, world: World, kind: str, period: Period) -> Outcome:
    """Return what a plan awards for a closed period, dated by its end."""
    source = close_key(kind, period)
    context = Context(world, plan, period.end, "close", period=period, kind=kind)
    evaluation = _Closing(context.with_line(replace(NO_LINE, key=source)), source)
    for rule in plan.rules:
        if rule.on == "close" and rule.period == kind and not is_match(rule):
            evaluation.close(rule)
    evaluation.match("close")
    return evaluation.finish({})


class _Closing(Evaluation):
    """The awards of a plan for a closed period."""

    _restated: Restated | None = None

    def close(self, rule: Rule) -> None:
        context = self.context.with_rule(rule)
        if rule.is_recounted:
            if self._restated is None:
                self._restated = Restated(context.world, context.period.start)
            context = replace(context, world=self._restated)
        if getattr(rule.beneficiary, "shares_pool", False):
            self._share_pool(context)
            return
        if getattr(rule.beneficiary, "shares_one_amount", False):
            for team in context.world.teams():
                self._pay_team(context, team)
            return
        found = rule.beneficiary.find(context)
        if isinstance(found, Miss):
            self.skip(rule, self.source, None, found)
            return
        found = self._choose(context, self.eligible(context, found))
        for candidate in found:
            self.pay_each(context, (candidate,), self._basis(context, candidate))

    def _basis(self, context: Context, candidate: Candidate) -> Fraction:
        """Return what a percentage is of: the figure the rule names."""
        rule = context.rule
        metric = rule.of
        if metric is None and isinstance(rule.rate, RATES["brackets"]):
            metric = rule.rate.metric
        if metric is None:
            return Fraction(0)
        if candidate.pool:
            people = context.world.participants(self.plan.roles)
            return sum((metric.value(context, person.id) for person in people), Fraction(0))
        return metric.value(context, candidate.person.id)

    def _choose(self, context: Context, found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """Leave the best (``top``), and tell candidates their places (``by: place``)."""
        rule = context.rule
        for condition in rule.conditions:
            if isinstance(condition, Top):
                misses = condition.choose(context, [candidate.person for candidate in found])
                for candidate in found:
                    if candidate.person.id in misses:
                        self.skip(rule, self.source, candidate.payee, misses[candidate.person.id])
                found = tuple(c for c in found if c.person.id not in misses)
        if isinstance(rule.rate, RATES["table_by_place"]):
            places = places_of(rule.of, context, [candidate.person for candidate in found])
            found = tuple(
                replace(candidate, level=str(places[candidate.person.id]))
                for candidate in found
                if candidate.person.id in places
            )
        return found

    def _pay_team(self, context: Context, team) -> None:
        """Share a percentage of the team's figure (or a fixed amount) among its members."""
        block = context.rule.beneficiary
        members = self.eligible(context, block.members(context, team))
        if not members:
            return
        figures = [self._basis(context, member) for member in members]
        basis = sum(figures, Fraction(0))
        if context.rule.of is not None and basis <= 0:
            self.skip(context.rule, self.source, None, Miss("basis_zero"))
            return
        self.pay_shares(context, block.weigh(context, members), basis)

    # ------------------------------------------------------------------
    # Pools
    # ------------------------------------------------------------------

    def _share_pool(self, context: Context) -> None:
        """Give each rank its part of the balance, equally among exactly its holders.

        The balance is that at the period's end, never more than is left now; a part without
        holders stays in the pool.
        """
        rule, world = context.rule, context.world
        name = f"{self.plan.code}:{rule.beneficiary.pool}"
        balance = min(world.pool(name, before=context.period.end), world.pool(name))
        if balance <= 0:
            self.skip(rule, self.source, None, Miss("pool_empty", {"value": str(balance)}))
            return
        left = balance
        for rate, found in self._holders(context):
            part = min(left, round_half_up(Fraction(balance) * rate.share, self.plan.digits))
            if found:
                left -= part
                self._pay_holders(context, found, part, balance, rate)
        world.add_to_pool(name, context.on, left - balance)

    def _holders(self, context: Context):
        """Yield each part of the pool with those who share it, in the order they joined."""
        rule, world = context.rule, context.world
        if isinstance(rule.rate, RATES["percent"]):
            people = world.participants(self.plan.roles)
            found = self.eligible(context, tuple(Candidate(person) for person in people))
            yield rule.rate, self._choose(context, found)
            return
        ladder = self.plan.ladder(rule.rate.ladder)
        for rank, rate in rule.rate.table:
            holders = world.holders(ladder, rank)
            found = self.eligible(context, tuple(Candidate(p, level=rank) for p in holders))
            if not found:
                self.skip(rule, self.source, None, Miss("no_holder", {"value": rank}))
            yield rate, found

    def _pay_holders(self, context, found, part: Decimal, balance: Decimal, rate) -> None:
        parts = allocate(part, [1] * len(found), self.plan.digits)
        for candidate, amount in zip(found, parts, strict=True):
            if not amount:
                self.skip(context.rule, self.source, candidate.payee, Miss("rounds_to_zero"))
                continue
            details = {
                "kind": "pool_share",
                "rate": str(rate.share),
                "pool": context.rule.beneficiary.pool,
                "part": str(part),
                "holders": len(found),
                "by": "rank",
                "value": candidate.level,
            }
            rated = Rated(Fraction(amount), "order", details)
            key = self._key(context, candidate, 0, "order")
            self.awards.append(
                make_award(context, candidate, 0, Fraction(balance), rated, amount, key)
            )
