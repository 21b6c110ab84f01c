"""Limits over the awards of an event: rule budgets, the ceiling of a sale, days, reserves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import allocate, from_units, round_half_up
from odoo.addons.rc_membership.kernel.periods import calendar_period

from .rules.context import Context
from .types import Award, PlanVersion, Skip


def apply_limits(
    context: Context, awards: Sequence[Award], bases: Mapping[str, Fraction]
) -> tuple[tuple[Award, ...], tuple[Skip, ...]]:
    """Return the awards that are left, shortened where a limit says so, and why others are gone.

    :param bases: line key → basis in the plan's currency; empty: no ceiling (close awards)
    """
    plan = context.plan
    steps = (
        ("budget_reached", lambda found: _apply_budgets(context, found)),
        ("ceiling_reached", lambda found: apply_ceiling(plan, found, bases)),
        ("day_limit_reached", lambda found: _apply_days(context, found)),
    )
    skips: list[Skip] = []
    for code, step in steps:
        limited = step(awards)
        skips += [
            Skip(plan.code, award.rule, award.line, award.payee, code, {})
            for award in limited
            if not award.amount
        ]
        awards = [award for award in limited if award.amount]
    _remember(context, awards)
    return tuple(_reserved(context, award) for award in awards), tuple(skips)


# ------------------------------------------------------------------
# Budgets of rules
# ------------------------------------------------------------------


def _budget_window(rule, on):
    if rule.budget.period is None:
        return None, None
    period = calendar_period(on, rule.budget.period)
    return period.start, period.end


def _apply_budgets(context: Context, awards: Sequence[Award]) -> list[Award]:
    """Let each rule award what is left of its budget; the last award is shortened."""
    rules = {rule.id: rule for rule in context.plan.rules}
    left: dict[str, Decimal] = {}
    result = []
    for award in awards:
        rule = rules[award.rule]
        if rule.budget is None:
            result.append(award)
            continue
        if rule.id not in left:
            window = _budget_window(rule, context.on)
            spent = context.world.spent(context.plan.code, rule.id, *window)
            left[rule.id] = max(Decimal(0), rule.budget.amount - spent)
        amount = min(award.amount, left[rule.id])
        left[rule.id] -= amount
        result.append(_limited(award, amount, "budget", rule.budget.amount, "cut"))
    return result


# ------------------------------------------------------------------
# The ceiling of a sale
# ------------------------------------------------------------------


def apply_ceiling(
    plan: PlanVersion, awards: Sequence[Award], bases: Mapping[str, Fraction]
) -> list[Award]:
    """Shorten the cash awards and pool contributions of each line to ``per_sale`` together.

    :param bases: line key → basis in the plan's currency
    :return: the awards in the given order; those cut to zero stay, with amount zero

    ``scale``: award × ceiling ÷ sum, largest remainder in rule order; ``cut``: rule order, then
    nearest the buyer first, each takes what is left; ``review``: uncut, all wait for a decision.
    The ceiling itself is rounded down.
    """
    result = list(awards)
    if plan.limits.per_sale is None:
        return result
    for line, basis in bases.items():
        indexes = [
            index
            for index, award in enumerate(result)
            if award.line == line and award.give == "cash"
        ]
        total = sum((result[index].amount for index in indexes), Decimal(0))
        units = (basis * plan.limits.per_sale * 10**plan.digits) // 1
        ceiling = from_units(int(units), plan.digits)
        if total <= ceiling:
            continue
        how = plan.limits.on_limit
        if how == "review":
            for index in indexes:
                result[index] = _reviewed(result[index], "per_sale", ceiling, total)
            continue
        amounts = _shorten(plan, [result[index] for index in indexes], ceiling)
        for index, amount in zip(indexes, amounts, strict=True):
            result[index] = _limited(result[index], amount, "per_sale", ceiling, how)
    return result


def _in_rule_order(plan: PlanVersion, awards: Sequence[Award], near_first: bool) -> list[int]:
    """Return the places of the awards by rule, then (``cut``) nearest the buyer first."""
    order = {rule.id: number for number, rule in enumerate(plan.rules)}
    return sorted(
        range(len(awards)),
        key=lambda i: (order[awards[i].rule], awards[i].distance if near_first else 0, i),
    )


def _shorten(plan: PlanVersion, awards: list[Award], ceiling: Decimal) -> list[Decimal]:
    amounts = [Decimal(0)] * len(awards)
    if plan.limits.on_limit == "scale":
        order = _in_rule_order(plan, awards, near_first=False)
        parts = allocate(ceiling, [awards[index].amount for index in order], plan.digits)
        for index, amount in zip(order, parts, strict=True):
            amounts[index] = amount
        return amounts
    left = ceiling
    for index in _in_rule_order(plan, awards, near_first=True):
        amounts[index] = min(awards[index].amount, left)
        left -= amounts[index]
    return amounts


# ------------------------------------------------------------------
# Per payee and day
# ------------------------------------------------------------------


def _is_persons_cash(award: Award) -> bool:
    return award.give == "cash" and not award.is_pool


def _apply_days(context: Context, awards: Sequence[Award]) -> list[Award]:
    """Let each payee have what is left of their day; the last award is shortened."""
    plan, limit = context.plan, context.plan.limits.per_payee_day
    if limit is None:
        return list(awards)
    left: dict[object, Decimal] = {}
    result = []
    for award in awards:
        if not _is_persons_cash(award):
            result.append(award)
            continue
        if award.payee not in left:
            had = context.world.awarded(plan.code, award.payee, context.on)
            left[award.payee] = max(Decimal(0), limit - had)
        amount = min(award.amount, left[award.payee])
        left[award.payee] -= amount
        if amount < award.amount and plan.limits.on_limit == "review":
            result.append(_reviewed(award, "per_payee_day", limit, award.amount))
        else:
            result.append(_limited(award, amount, "per_payee_day", limit, "cut"))
    return result


def _remember(context: Context, awards: Sequence[Award]) -> None:
    """Tell the world what was awarded, so that later events of the day and period know."""
    rules = {rule.id: rule for rule in context.plan.rules}
    for award in awards:
        if _is_persons_cash(award):
            context.world.add_awarded(context.plan.code, award.payee, context.on, award.amount)
        rule = rules[award.rule]
        if rule.budget is not None:
            window = _budget_window(rule, context.on)
            context.world.add_spent(context.plan.code, rule.id, *window, award.amount)


# ------------------------------------------------------------------
# Reserve
# ------------------------------------------------------------------


def _reserved(context: Context, award: Award) -> Award:
    """Return the award with the part of it that waits in reserve."""
    rule = next(rule for rule in context.plan.rules if rule.id == award.rule)
    if rule.reserve is None or not _is_persons_cash(award):
        return award
    world = context.world
    person = world.person(award.payee)
    if (
        person is None
        or (context.plan.code, rule.id, person.id) in world.unlocked
        or any(condition.check(context, person) for condition in rule.reserve.when)
    ):
        return award
    kept = round_half_up(Fraction(award.amount) * rule.reserve.share, context.plan.digits)
    limit = {"kind": "reserve", "share": str(rule.reserve.share), "amount": str(kept)}
    return replace(award, reserve=rule.reserve.share, explanation=_with_limit(award, limit))


# ------------------------------------------------------------------
# Explanation
# ------------------------------------------------------------------


def _with_limit(award: Award, limit: dict, **changes) -> dict:
    limits = [*award.explanation["limits"], limit]
    return {**award.explanation, **changes, "limits": limits}


def _limited(award: Award, amount: Decimal, kind: str, ceiling: Decimal, how: str) -> Award:
    if amount == award.amount:
        return award
    limit = {
        "kind": kind,
        "how": how,
        "ceiling": str(ceiling),
        "before": str(award.amount),
        "after": str(amount),
    }
    return replace(award, amount=amount, explanation=_with_limit(award, limit, amount=str(amount)))


def _reviewed(award: Award, kind: str, ceiling: Decimal, total: Decimal) -> Award:
    limit = {
        "kind": kind,
        "how": "review",
        "ceiling": str(ceiling),
        "before": str(total),
        "after": str(total),
    }
    return replace(award, review=True, explanation=_with_limit(award, limit))
