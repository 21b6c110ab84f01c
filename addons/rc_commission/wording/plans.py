"""Plans in the reader's language."""

from odoo.tools import format_date

from ..kernel.explain import percent_text
from ..kernel.plan import NEW_KINDS
from ..kernel.plan_file import find_line
from .words import basis_label, kind_labels, role_labels


def plan_problem(env, error, text=None):
    """Return what is wrong with a plan file, where, and what was probably meant."""
    values = {"key": "", "value": "", "known": "", "problem": "", "least": "", "most": ""}
    values |= error.values
    problem = {
        "unknown_key": env._("“%(key)s” is not a word of plan files.", **values),
        "unknown_value": env._("“%(value)s” is not possible here.", **values),
        "missing_key": env._("“%(key)s” is missing.", **values),
        "duplicate_key": env._("“%(key)s” is given twice.", **values),
        "duplicate_rule": env._("Two rules have the id “%(value)s”.", **values),
        "not_supported_yet": env._(
            "“%(key)s” is not supported yet. Leave it out until it is.", **values
        ),
        "bad_amount": env._("“%(value)s” is not an amount; write it like 5.00.", **values),
        "bad_percent": env._("“%(value)s” is not a percentage; write it like 10%%.", **values),
        "out_of_range": env._("%(value)s is out of range (from %(least)s to %(most)s).", **values),
        "contradiction": env._("“%(value)s” leaves nothing to pay on.", **values),
        "bad_syntax": env._("The file is not valid YAML: %(problem)s.", **values),
    }.get(error.code, env._("This is not what belongs here."))
    line = error.values.get("line") or (text and find_line(text, error.path))
    parts = [env._("Line %s:", line)] if line else []
    if error.path:
        parts.append(f"{error.path}:")
    parts.append(problem)
    if error.values.get("suggestion"):
        parts.append(env._("Did you mean “%s”?", error.values["suggestion"]))
    return " ".join(str(part) for part in parts)


def rule_sentence(env, plan, rule, currency):
    """Return a rule as a sentence: who gets how much of what, when."""
    who = {
        "Seller": env._("the seller"),
        "Salesperson": env._("the salesperson of the order"),
        "Sponsor": env._("the sponsor at level %s", getattr(rule.beneficiary, "level", "")),
    }[type(rule.beneficiary).__name__]
    kinds = dict(kind_labels(env))
    if rule.kinds is None:
        when = env._("every payment")
    elif rule.kinds == NEW_KINDS:
        when = env._("every payment but renewals")
    else:
        when = ", ".join(str(kinds[kind]) for kind in rule.kinds)
    parts = [
        env._(
            "%(rate)s to %(who)s on: %(when)s.",
            rate=_rate_text(env, plan, rule.rate, rule.per, currency),
            who=who,
            when=when,
        )
    ]
    parts += [_condition_text(env, condition) for condition in rule.conditions]
    return " ".join(str(part) for part in parts)


def _rate_text(env, plan, rate, per, currency):
    name = type(rate).__name__
    if name == "Percent":
        return env._(
            "%(percent)s %% of %(basis)s",
            percent=percent_text(rate.share),
            basis=basis_label(env, plan.basis),
        )
    if name == "Fixed":
        amount = currency.format(float(rate.amount))
        if per == "unit":
            return env._("%s for each unit", amount)
        return env._("%s once per order", amount)
    return ", ".join(
        f"{tier}: {_rate_text(env, plan, inner, per, currency)}" for tier, inner in rate.table
    )


def _condition_text(env, condition):
    name = type(condition).__name__
    if name == "Item":
        wanted = ", ".join((*condition.tiers, *condition.products, *condition.categories))
        return env._("Only for: %s.", wanted)
    if name == "Payee":
        roles = dict(role_labels(env))
        return env._("Only if the payee is: %s.", ", ".join(str(roles[r]) for r in condition.roles))
    return env._(
        "Only from %(start)s until before %(end)s.",
        start=format_date(env, condition.start) if condition.start else "…",
        end=format_date(env, condition.end) if condition.end else "…",
    )
