"""The engine: (plan version, sale, network) → awards with their explanation.

Order of evaluation: rules in file order, then the per-sale ceiling; matches, rule budgets, limits
per payee and day and reserves have their places between and after these when they come.
"""

from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import round_half_up

from .limits import apply_ceiling
from .types import (
    Award,
    Candidate,
    Line,
    Miss,
    Network,
    Outcome,
    PlanVersion,
    Rated,
    Rule,
    Sale,
    Skip,
)


def evaluate(plan: PlanVersion, sale: Sale, network: Network) -> Outcome:
    """Return what the plan awards for a sale once it is paid in full.

    Amounts are in the plan's currency, each rounded half-up once; the received share comes later
    (``received.py``). The same input gives the same output: no clock, no records.
    """
    awards: list[Award] = []
    skips: list[Skip] = []
    bases = {line.key: line_basis(plan, sale, line) for line in sale.lines}
    for rule in plan.rules:
        _apply_rule(plan, rule, sale, network, bases, awards, skips)
    limited = apply_ceiling(plan, awards, bases)
    skips += [
        Skip(plan.code, award.rule, award.line, award.payee, "ceiling_reached", {})
        for award in limited
        if not award.amount
    ]
    return Outcome(tuple(award for award in limited if award.amount), tuple(skips))


def line_basis(plan: PlanVersion, sale: Sale, line: Line) -> Fraction:
    """Return the line's basis in the plan's currency, exact."""
    amount = line.gross if plan.basis == "gross" else line.net
    return amount * sale.exchange[plan.currency]


def _apply_rule(plan, rule, sale, network, bases, awards, skips) -> None:
    found = rule.beneficiary.find(sale, network)
    per_order: set = set()
    for line in sale.lines:
        miss = _check_line(rule, line, bases[line.key])
        if miss is None and isinstance(found, Miss):
            miss = found
        if miss is not None:
            skips.append(Skip(plan.code, rule.id, line.key, None, miss.code, miss.values))
            continue
        for part, candidate in enumerate(found):
            result = _award(plan, rule, sale, line, candidate, part, bases[line.key])
            if isinstance(result, Miss):
                skips.append(
                    Skip(
                        plan.code,
                        rule.id,
                        line.key,
                        candidate.person.id,
                        result.code,
                        result.values,
                    )
                )
            elif result.key not in per_order:
                per_order.add(result.key)
                awards.append(result)


def _check_line(rule: Rule, line: Line, basis: Fraction) -> Miss | None:
    if rule.kinds is not None and line.kind not in rule.kinds:
        return Miss("kind", {"wanted": list(rule.kinds), "value": line.kind})
    if basis <= 0:
        return Miss("basis_zero")
    return None


def _award(
    plan: PlanVersion,
    rule: Rule,
    sale: Sale,
    line: Line,
    candidate: Candidate,
    part: int,
    basis: Fraction,
) -> Award | Miss:
    """Return the award of one candidate on one line, or why there is none."""
    person = candidate.person
    if plan.limits.levels is not None and candidate.distance > plan.limits.levels:
        return Miss("levels", {"distance": candidate.distance, "limit": plan.limits.levels})
    if plan.roles and person.role not in plan.roles:
        return Miss("role", {"wanted": list(plan.roles), "value": person.role})
    for condition in rule.conditions:
        miss = condition.check(sale, line, person)
        if miss is not None:
            return miss
    rated = rule.rate.rate(line, basis, person)
    if isinstance(rated, Miss):
        return rated
    exact = rated.amount
    per = rated.per
    if per == "order" and rule.per == "unit":
        exact, per = exact * line.quantity, "unit"
    amount = round_half_up(exact, plan.digits)
    if not amount:
        return Miss("rounds_to_zero")
    source = sale.order_key if per == "order" else line.key
    return Award(
        key=f"{source}|{plan.code}.{rule.id}|{person.id}|{part}",
        plan=plan.code,
        version=plan.version,
        rule=rule.id,
        line=line.key,
        payee=person.id,
        part=part,
        distance=candidate.distance,
        amount=amount,
        explanation=_explanation(plan, rule, sale, line, candidate, basis, rated, per, amount),
    )


def _explanation(plan, rule, sale, line, candidate, basis, rated: Rated, per, amount) -> dict:
    """All that went into the amount, as JSON values; ``explain.py`` makes sentences of it."""
    source = line.gross if plan.basis == "gross" else line.net
    return {
        "plan": plan.code,
        "version": plan.version,
        "rule": rule.id,
        "kind": line.kind,
        "payee": {
            "via": type(rule.beneficiary).__name__.lower(),
            "distance": candidate.distance,
            "path": list(candidate.path),
        },
        "basis": {
            "of": plan.basis,
            "amount": str(round_half_up(basis, plan.digits)),
            "exact": str(basis),
            "currency": plan.currency,
            "source_amount": str(source),
            "source_currency": sale.currency,
            "exchange": str(sale.exchange[plan.currency]),
        },
        "item": {"tier": line.tier, "product": line.product},
        "rate": {**rated.details, "per": per, "quantity": str(line.quantity)},
        "limits": [],
        "amount": str(amount),
        "currency": plan.currency,
        "hold_days": plan.hold_days,
    }
