"""Limits of a plan over the awards of one order line."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import allocate, from_units

from .types import Award, PlanVersion


def apply_ceiling(
    plan: PlanVersion, awards: Sequence[Award], bases: dict[str, Fraction]
) -> tuple[Award, ...]:
    """Shorten the awards of each line so that together they stay under ``per_sale``.

    :param bases: line key → basis in the plan's currency
    :return: the awards in the given order; those cut to zero stay, with amount zero

    ``scale``: award × ceiling ÷ sum, largest remainder in rule order; ``cut``: rule order, then
    nearest the buyer first, each takes what is left. The ceiling itself is rounded down.
    """
    if plan.limits.per_sale is None:
        return tuple(awards)
    result = list(awards)
    for line, basis in bases.items():
        indexes = [index for index, award in enumerate(result) if award.line == line]
        total = sum((result[index].amount for index in indexes), Decimal(0))
        units = (basis * plan.limits.per_sale * 10**plan.digits) // 1
        ceiling = from_units(int(units), plan.digits)
        if total <= ceiling:
            continue
        amounts = _shorten(plan, [result[index] for index in indexes], ceiling)
        for index, amount in zip(indexes, amounts, strict=True):
            result[index] = _limited(result[index], amount, ceiling, plan.limits.on_limit)
    return tuple(result)


def _shorten(plan: PlanVersion, awards: list[Award], ceiling: Decimal) -> list[Decimal]:
    if plan.limits.on_limit == "scale":
        return allocate(ceiling, [award.amount for award in awards], plan.digits)
    order = {rule.id: number for number, rule in enumerate(plan.rules)}
    amounts = [Decimal(0)] * len(awards)
    left = ceiling
    for index in sorted(
        range(len(awards)), key=lambda i: (order[awards[i].rule], awards[i].distance, i)
    ):
        amounts[index] = min(awards[index].amount, left)
        left -= amounts[index]
    return amounts


def _limited(award: Award, amount: Decimal, ceiling: Decimal, how: str) -> Award:
    if amount == award.amount:
        return award
    limit = {
        "kind": "per_sale",
        "how": how,
        "ceiling": str(ceiling),
        "before": str(award.amount),
        "after": str(amount),
    }
    explanation = {
        **award.explanation,
        "amount": str(amount),
        "limits": [*award.explanation["limits"], limit],
    }
    return replace(award, amount=amount, explanation=explanation)
