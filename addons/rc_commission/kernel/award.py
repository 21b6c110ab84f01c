"""An award with all that went into its amount, as JSON values; ``explain.py`` makes sentences."""

from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import round_half_up

from .rules import BENEFICIARIES
from .rules.context import Context
from .types import Award, Candidate, Rated


def make_award(
    context: Context,
    candidate: Candidate,
    part: int,
    basis: Fraction,
    rated: Rated,
    amount,
    key: str,
) -> Award:
    """Return the award of a candidate for a line or another source."""
    plan, rule = context.plan, context.rule
    return Award(
        key=key,
        plan=plan.code,
        version=plan.version,
        rule=rule.id,
        line=context.line.key,
        payee=candidate.payee,
        part=part,
        distance=candidate.distance,
        amount=amount,
        explanation=_explanation(context, candidate, basis, rated, amount),
        give=rule.give,
        on=context.on,
        is_pool=candidate.pool is not None,
    )


def _explanation(context: Context, candidate: Candidate, basis, rated: Rated, amount) -> dict:
    plan, rule, line = context.plan, context.rule, context.line
    return {
        "plan": plan.code,
        "version": plan.version,
        "rule": rule.id,
        "trigger": context.trigger,
        "kind": line.kind if context.sale else context.trigger,
        "payee": {
            "via": BENEFICIARIES.word_of(rule.beneficiary),
            "distance": candidate.distance,
            "path": list(candidate.path),
            "level": candidate.level,
        },
        "basis": _basis(context, candidate, basis),
        "item": {"tier": line.tier, "product": line.product},
        "rate": {**rated.details, "per": rated.per, "quantity": str(line.quantity)},
        "limits": [],
        "amount": str(amount),
        "give": rule.give,
        "currency": plan.currency,
        "hold_days": plan.hold_days,
        "clawback": plan.clawback,
    }


def _basis(context: Context, candidate: Candidate, basis: Fraction) -> dict:
    """Say what a percentage is of: a line, a figure of the period, or another award."""
    plan, sale, rule = context.plan, context.sale, context.rule
    known = {
        "amount": str(round_half_up(basis, plan.digits)),
        "exact": str(basis),
        "currency": plan.currency,
    }
    if candidate.of is not None:
        matched = {"rule": candidate.of.rule, "payee": candidate.of.payee}
        return {"of": "award", **known, "matched": matched, **_same(known)}
    if sale is None:
        metric = rule.of.describe() if rule.of else None
        period = context.period
        dates = {"from": str(period.start), "to": str(period.end)} if period else None
        return {"of": "metric", **known, "metric": metric, "period": dates, **_same(known)}
    of = rule.basis or plan.basis
    return {
        "of": of,
        **known,
        "source_amount": str(context.line.worth(of)),
        "source_currency": sale.currency,
        "exchange": str(sale.exchange[plan.currency]),
    }


def _same(known: dict) -> dict:
    """The source is in the plan's currency already."""
    return {
        "source_amount": known["exact"],
        "source_currency": known["currency"],
        "exchange": "1",
    }
