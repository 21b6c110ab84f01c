"""``reversal: recompute``: a closed period's awards after a later refund of one of its sales.

Payees, ranks and other conditions about people stay as they were; only figures are counted again.
An award can only fall by it: nobody gains from somebody else's refund.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from odoo.addons.rc_membership.kernel.periods import Period, calendar_period

from .close import evaluate_close
from .restate import AtClose
from .rules.conditions.person import PersonCondition
from .types import Outcome, PersonId, PlanVersion, Rule
from .world import World


def recounted_rules(plan: PlanVersion) -> dict[str, str]:
    """Return rule → the length of period it closes, of the rules that are counted again."""
    return {rule.id: rule.period for rule in plan.rules if rule.is_recounted}


def periods_of(kinds: Collection[str], days: Collection[date]) -> list[tuple[str, Period]]:
    """Return the calendar periods of these lengths that hold a day, oldest first."""
    found = {(kind, calendar_period(day, kind)) for kind in kinds for day in days}
    return sorted(found, key=lambda item: (item[1].end, item[0]))


def recount_close(
    plan: PlanVersion,
    world: World,
    kind: str,
    period: Period,
    payees: Collection[PersonId],
) -> Outcome:
    """Return what the close would award, had the refunds been there.

    :param payees: who was awarded something by it
    """
    rules = tuple(
        _keep_figures(rule)
        for rule in plan.rules
        if not getattr(rule.beneficiary, "shares_pool", False)
    )
    then = AtClose(world, period.end, plan.roles, payees)
    return evaluate_close(replace(plan, rules=rules, roles=()), then, kind, period)


def _keep_figures(rule: Rule) -> Rule:
    if not rule.is_recounted:
        return rule
    return replace(
        rule, conditions=tuple(c for c in rule.conditions if not isinstance(c, PersonCondition))
    )
