"""Codes of the kernel become sentences in the reader's language."""

from fractions import Fraction

from odoo.tools import format_date

from .kernel.explain import explain_award, percent_text
from .kernel.plan import NEW_KINDS
from .kernel.plan_file import find_line

# ------------------------------------------------------------------
# Plans
# ------------------------------------------------------------------


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


def basis_label(env, basis):
    return env._("the gross amount") if basis == "gross" else env._("the net amount")


def kind_labels(env):
    return [
        ("first", env._("first payment")),
        ("renewal", env._("renewal")),
        ("upgrade", env._("plan change")),
        ("package", env._("package")),
        ("other", env._("other purchase")),
    ]


def role_labels(env):
    return [
        ("member", env._("Member")),
        ("staff", env._("Staff")),
        ("partner", env._("Partner")),
        ("venue", env._("Venue")),
        ("promoter", env._("Promoter")),
    ]


# ------------------------------------------------------------------
# Commissions
# ------------------------------------------------------------------


def award_sentence(award):
    """Return why a payee gets what they get, as one sentence."""
    env = award.env
    parts = {part.code: part.values for part in explain_award(award.explanation)}
    kind = dict(kind_labels(env))[parts["kind"]["kind"]]
    tier = _tier_name(award, parts["kind"]["tier"])
    is_own = award.partner_id == env.user.partner_id
    values = {
        "amount": award.currency_id.format(float(award.explanation["amount"])),
        "payee": award.partner_id.name,
        "because": _because(env, parts, is_own),
        "what": f"{kind} ({tier})" if tier else kind,
        "rate": _award_rate(award, parts),
    }
    if is_own:
        return env._("You earn %(rate)s, because %(because)s — %(what)s: %(amount)s.", **values)
    return env._("%(payee)s earns %(rate)s, because %(because)s — %(what)s: %(amount)s.", **values)


def _award_rate(award, parts):
    """Return the rate of an award in words: a share of what, or an amount for what."""
    env, money = award.env, award.currency_id
    if "fixed" in parts:
        return env._(
            "a fixed %(each)s %(per)s",
            each=money.format(float(parts["fixed"]["each"])),
            per=_per(env, parts["fixed"]),
        )
    rate = parts["percent"]
    values = {"percent": rate["percent"], "basis": money.format(float(rate["basis"]))}
    if rate["of"] == "gross":
        return env._("%(percent)s %% of %(basis)s gross", **values)
    return env._("%(percent)s %% of %(basis)s net", **values)


def award_steps(award):
    """Return the sentences behind the first: exchange, limits, what was received, and when."""
    env = award.env
    sentences = []
    for part in explain_award(award.explanation):
        if part.code == "exchange":
            sentences.append(
                env._(
                    "Converted at the rate of the invoice's date: %(original)s %(currency)s "
                    "are %(basis)s.",
                    original=f"{float(part.values['amount']):.2f}",
                    currency=part.values["source_currency"],
                    basis=award.currency_id.format(float(part.values["basis"])),
                )
            )
        elif part.code == "per_sale":
            sentences.append(
                env._(
                    "Shortened from %(before)s, because all commissions of one sale together stay "
                    "under %(ceiling)s.",
                    before=award.currency_id.format(float(part.values["before"])),
                    ceiling=award.currency_id.format(float(part.values["ceiling"])),
                )
            )
    return [*sentences, *_state_sentences(award)]


def _state_sentences(award):
    """What of the award has accrued, and when it is or was payable."""
    env, money = award.env, award.currency_id
    sentences = []
    if not money.is_zero(award.accrued - award.amount):
        share = Fraction(str(award.accrued)) / Fraction(str(award.amount))
        sentences.append(
            env._(
                "%(accrued)s of it have accrued, because %(percent)s %% of the sale is received and not refunded.",
                accrued=money.format(award.accrued),
                percent=percent_text(share).split(".")[0],
            )
        )
    if award.held:
        sentences.append(
            env._(
                "%(held)s are held until %(date)s: %(days)s days, in which the buyer may be refunded.",
                held=money.format(award.held),
                date=format_date(env, award.payable_on),
                days=award.explanation["hold_days"],
            )
        )
    if award.payable:
        sentences.append(
            env._("%s are payable with the next settlement.", money.format(award.payable))
        )
    if award.settled:
        sentences.append(env._("%s are billed and wait for payment.", money.format(award.settled)))
    if award.paid:
        sentences.append(env._("%s are paid.", money.format(award.paid)))
    return sentences


def _because(env, parts, is_own):
    """Return the reason somebody is paid, said to themselves or to others."""
    if "seller" in parts:
        return env._("you sold it") if is_own else env._("they sold it")
    if "salesperson" in parts:
        if is_own:
            return env._("you are the salesperson of the sale")
        return env._("they are the salesperson of the sale")
    level = parts["sponsor"]["level"]
    if level == 1:
        return env._("you brought the buyer") if is_own else env._("they brought the buyer")
    if is_own:
        return env._("the buyer is %s levels below you", level)
    return env._("the buyer is %s levels below them", level)


def _per(env, fixed):
    if fixed["per"] == "unit":
        return env._("for each of %s units", int(fixed["quantity"]))
    return env._("once per order")


def _tier_name(award, code):
    """Return the name of the tier that was bought; tiers are renamed, codes stay."""
    if not code:
        return ""
    tier = award.move_line_id.sudo().product_id.rc_tier_id  # a payee may not read products
    return tier.name if tier.code == code else code.capitalize()


# ------------------------------------------------------------------
# Settlements
# ------------------------------------------------------------------


def nothing_sentence(env, code, currency, payable, held, next_on, minimum):
    """Return why nothing was settled for a payee."""
    if code == "below_minimum":
        return env._(
            "%(payable)s are payable, less than the minimum of %(minimum)s. They wait for the "
            "next settlement.",
            payable=currency.format(payable),
            minimum=currency.format(minimum),
        )
    if code == "nothing_payable" and next_on:
        return env._(
            "Nothing is payable before %(date)s; %(held)s are held.",
            date=format_date(env, next_on),
            held=currency.format(held),
        )
    return env._("Nothing is open.")
