"""Why somebody earns what they earn, in the reader's language.

An award is worded from its explanation alone, so that what would be paid (an estimate) reads like
what was paid.
"""

from datetime import date
from fractions import Fraction

from odoo.tools import format_date

from ..kernel.explain import explain_award, percent_text
from .metrics import metric_text, number_text
from .ranks import rank_label
from .rates import given_text
from .words import (
    MONEY_METRICS,
    by_labels,
    join,
    kind_labels,
    region_labels,
)


def award_sentence(award):
    """Return why a payee gets what they get, as one sentence."""
    is_own = bool(award.partner_id) and award.partner_id == award.env.user.partner_id
    payee = award.partner_id.name or award.pool_id.name
    return earning_sentence(
        award.env, award.explanation, award.currency_id, payee, is_own, _tier_name(award)
    )


def earning_sentence(env, explanation, currency, payee, is_own=False, tier=None):
    """Return why somebody gets what they get, as one sentence.

    :param explanation: of an award, JSON values
    :param payee: the name to show; unused where it is the reader (``is_own``)
    :param tier: name of the tier that was bought, else its code is read
    """
    rate, who, kind, *_more = explain_award(explanation)
    values = {
        "amount": given_amount(env, explanation, currency),
        "payee": payee,
        "because": _because(env, who, explanation, is_own),
        "what": _what_text(env, kind.values, explanation, tier),
        "rate": _rate_text(env, rate, explanation, currency),
    }
    if is_own:
        return env._("You earn %(rate)s, because %(because)s — %(what)s: %(amount)s.", **values)
    return env._("%(payee)s earns %(rate)s, because %(because)s — %(what)s: %(amount)s.", **values)


def given_amount(env, explanation, currency, amount=None):
    """Return what is given: money, points, coupons or days."""
    amount = explanation["amount"] if amount is None else amount
    give = explanation.get("give", "cash")
    if give == "record":
        return env._("%s (recorded, not paid out)", number_text(amount))
    return given_text(env, amount, currency, give)


def _what_text(env, kind, explanation, tier):
    """Return what was paid, done or closed: "first payment (Premium)", "January 2026"."""
    word = kind["kind"]
    if word == "close":
        return period_text(env, explanation["basis"].get("period"))
    text = {
        **dict(kind_labels(env)),
        "signup": env._("sign-up"),
        "clicks": env._("a thousand valid clicks"),
        "mission": env._("mission"),
        "pickup": env._("pickup"),
        "reach": env._("figure reached"),
    }.get(word, word)
    tier = tier or (kind["tier"] or "").capitalize()
    return f"{text} ({tier})" if tier else text


def period_text(env, period):
    """Return a closed period as its first and last day."""
    if not period:
        return env._("closed period")
    first, end = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
    return env._(
        "%(first)s to before %(end)s",
        first=format_date(env, first, date_format="medium"),
        end=format_date(env, end, date_format="medium"),
    )


# ------------------------------------------------------------------
# How much
# ------------------------------------------------------------------


def _rate_text(env, rate, explanation, currency):
    """Return the rate of an award in words: a share of what, or an amount for what."""
    values = rate.values
    if rate.code == "fixed":
        return env._(
            "a fixed %(each)s %(per)s",
            each=given_text(env, values["each"], currency, explanation.get("give", "cash")),
            per=_per(env, values, explanation),
        )
    if rate.code == "pool_share":
        return env._(
            "%(percent)s %% of the pool “%(pool)s” (%(balance)s), shared by %(holders)s",
            percent=values["percent"],
            pool=values["pool"],
            balance=currency.format(float(values["balance"])),
            holders=values["holders"],
        )
    if rate.code == "brackets":
        steps = [
            env._(
                "%(percent)s %% of %(part)s",
                percent=step["percent"],
                part=currency.format(float(step["part"])),
            )
            for step in values["parts"]
        ]
        return join(env, steps)
    return _share_text(env, values["percent"], values["basis"], values["of"], explanation, currency)


def _share_text(env, percent, basis, of, explanation, currency):
    values = {"percent": percent, "basis": currency.format(float(basis))}
    if of == "gross":
        return env._("%(percent)s %% of %(basis)s gross", **values)
    if of == "margin":
        return env._("%(percent)s %% of a margin of %(basis)s", **values)
    if of == "award":
        return env._("%(percent)s %% of a commission of %(basis)s", **values)
    if of == "metric":
        metric = explanation["basis"].get("metric") or {}
        what = metric_text(env, {**metric, "metric": metric.get("name")})
        return env._("%(percent)s %% of %(basis)s (%(what)s)", what=what, **values)
    return env._("%(percent)s %% of %(basis)s net", **values)


def _per(env, fixed, explanation):
    if fixed["per"] == "unit":
        return env._("for each of %s units", int(fixed["quantity"]))
    if explanation["kind"] == "close":
        return env._("for the period")
    if explanation["kind"] in ("signup", "clicks", "mission"):
        return env._("once")
    return env._("once per order")


# ------------------------------------------------------------------
# Why
# ------------------------------------------------------------------


def _because(env, who, explanation, is_own):
    """Return the reason somebody is paid, said to themselves or to others."""
    payee = explanation["payee"]
    own, others = _reasons(env, who, explanation)
    if who.code == "seller" and len(payee.get("path") or ()) == 2:
        own, others = (
            env._("your sub-agent sold it"),
            env._("their sub-agent sold it"),
        )
    return own if is_own else others


def _reasons(env, who, explanation):
    """Return (said to oneself, said to others)."""
    level = who.values.get("level")
    if who.code == "sponsor":
        if level == 1:
            return env._("you brought the buyer"), env._("they brought the buyer")
        return (
            env._("the buyer is %s levels below you", level),
            env._("the buyer is %s levels below them", level),
        )
    place = who.values.get("place")
    if who.code == "pool_share":
        rank = rank_label(env, explanation["rate"].get("value") or place)
        return env._("you hold the rank %s", rank), env._("they hold the rank %s", rank)
    if who.code == "region":
        region = dict(region_labels(env)).get(place, place or "")
        return (
            env._("it was delivered into your region (%s)", region),
            env._("it was delivered into their region (%s)", region),
        )
    return _plain_reasons(env, explanation).get(who.code, (who.code, who.code))


def _plain_reasons(env, explanation):
    is_close = explanation["kind"] == "close"
    return {
        "seller": (env._("you sold it"), env._("they sold it")),
        "salesperson": (
            env._("you are the salesperson of the sale"),
            env._("they are the salesperson of the sale"),
        ),
        "upline": (
            env._("you are the nearest above the buyer with the rank"),
            env._("they are the nearest above the buyer with the rank"),
        ),
        "differential": (
            env._("you stand above the buyer with a higher rate"),
            env._("they stand above the buyer with a higher rate"),
        ),
        "service_point": (
            env._("your service point handled the order"),
            env._("their service point handled the order"),
        ),
        "team": (
            env._("you belong to the sales team"),
            env._("they belong to the sales team"),
        ),
        "guild": (env._("the buyer belongs to your guild"), env._("the buyer belongs to it")),
        "guild_leader": (
            env._("you lead the buyer's guild"),
            env._("they lead the buyer's guild"),
        ),
        "channel_manager": (
            env._("you look after the seller"),
            env._("they look after the seller"),
        ),
        "person": (env._("the plan names you"), env._("the plan names them")),
        "each": (
            (env._("you reached the plan's target"), env._("they reached the plan's target"))
            if is_close
            else (env._("you did it"), env._("they did it"))
        ),
        "match": (
            env._("somebody below you earned"),
            env._("somebody below them earned"),
        ),
        "pool": (env._("the plan sets it aside"), env._("the plan sets it aside")),
    }


# ------------------------------------------------------------------
# What else went into it
# ------------------------------------------------------------------


def award_steps(award):
    """Return the sentences behind the first: exchange, limits, what was received, and when."""
    steps = earning_steps(award.env, award.explanation, award.currency_id)
    return [*steps, *_state_sentences(award)]


def earning_steps(env, explanation, currency):
    """Return what else went into the amount: table, figures, differences, limits."""
    sentences = []
    for part in explain_award(explanation)[3:]:
        sentences.append(_step(env, part, explanation, currency))
    return [sentence for sentence in sentences if sentence]


def _step(env, part, explanation, currency):
    values = part.values
    if part.code in ("budget", "per_sale", "per_payee_day", "reserve", "cap"):
        return _limit_step(env, part, explanation, currency)
    if part.code == "exchange":
        return env._(
            "Converted at the rate of the invoice's date: %(original)s %(currency)s are %(basis)s.",
            original=f"{float(values['amount']):.2f}",
            currency=values["source_currency"],
            basis=currency.format(float(values["basis"])),
        )
    if part.code == "table":
        return _table_step(env, values)
    if part.code == "metric":
        return _metric_step(env, values, currency)
    if part.code == "matched":
        return env._("It matches what the rule “%s” paid.", values["rule"])
    if part.code == "difference":
        return env._(
            "The own figure is %(own)s, less %(taken)s taken below.",
            own=currency.format(float(values["own"])),
            taken=currency.format(float(values["taken"])),
        )
    if part.code == "shared":
        return env._(
            "%(percent)s %% of a common %(whole)s.",
            percent=_short(percent_text(values["weight"])),
            whole=currency.format(float(values["whole"])),
        )
    return ""


def _table_step(env, values):
    value = values["value"]
    if values["by"] == "rank":
        value = rank_label(env, value)
    elif values["by"] == "region":
        value = dict(region_labels(env)).get(value, value)
    return env._(
        "The rate follows the %(by)s: %(value)s.",
        by=dict(by_labels(env)).get(values["by"], values["by"]),
        value=value or env._("none"),
    )


def _metric_step(env, values, currency):
    what = metric_text(env, {**values, "metric": values.get("name"), "rank": None})
    value = values["value"]
    if values.get("name") in MONEY_METRICS:
        value = currency.format(float(value))
    else:
        value = number_text(f"{float(value):g}")
    return env._("%(what)s: %(value)s.", what=what[:1].upper() + what[1:], value=value)


def _limit_step(env, part, explanation, currency):
    values = part.values

    def show(name):
        return given_amount(env, explanation, currency, values[name])

    if part.code == "reserve":
        return env._(
            "%(amount)s of it (%(percent)s %%) wait in reserve for their task.",
            amount=show("amount"),
            percent=values["percent"],
        )
    if part.code == "cap":
        return env._(
            "Shortened from %(before)s to the rule's most for one payee, %(cap)s.",
            before=show("before"),
            cap=show("cap"),
        )
    if values["how"] == "review":
        return env._("Over a limit of the plan (%s): it waits for a decision.", show("ceiling"))
    texts = {"before": show("before"), "ceiling": show("ceiling")}
    if part.code == "budget":
        return env._(
            "Shortened from %(before)s, because the rule's budget is %(ceiling)s.", **texts
        )
    if part.code == "per_payee_day":
        return env._(
            "Shortened from %(before)s, because nobody earns more than %(ceiling)s a day.", **texts
        )
    return env._(
        "Shortened from %(before)s, because all commissions of one sale together stay "
        "under %(ceiling)s.",
        **texts,
    )


def _state_sentences(award):
    """What of the award has accrued, and when it is or was payable."""
    env = award.env
    sentences = []

    def show(amount):
        return given_amount(env, award.explanation, award.currency_id, amount)

    if not award.currency_id.is_zero(award.accrued - award.amount):
        share = Fraction(str(award.accrued)) / Fraction(str(award.amount))
        sentences.append(
            env._(
                "%(accrued)s of it have accrued, because %(percent)s %% of the sale is received and not refunded.",
                accrued=show(award.accrued),
                percent=percent_text(share).split(".")[0],
            )
        )
    if award.held:
        sentences.append(_held_sentence(award, show))
    if award.payable:
        sentences.append(env._("%s are payable with the next settlement.", show(award.payable)))
    if award.settled:
        sentences.append(env._("%s are billed and wait for payment.", show(award.settled)))
    if award.paid:
        sentences.append(env._("%s are paid.", show(award.paid)))
    return sentences


def _held_sentence(award, show):
    env, days = award.env, award.explanation["hold_days"]
    if award.review_state == "open":
        return env._("%s wait for a decision.", show(award.held))
    values = {
        "held": show(award.held),
        "date": format_date(env, award.payable_on, date_format="medium"),
    }
    if isinstance(days, int):
        return env._(
            "%(held)s are held until %(date)s: %(days)s days, in which the buyer may be refunded.",
            days=days,
            **values,
        )
    return env._("%(held)s are held until %(date)s, when the period is over.", **values)


def _short(text):
    """Return a percent with two decimals at most: "33.3333" is "33.33"."""
    whole, dot, rest = text.partition(".")
    return whole + dot + rest[:2] if dot else whole


def _tier_name(award):
    """Return the name of the tier that was bought; tiers are renamed, codes stay."""
    code = award.explanation["item"]["tier"]
    tier = award.move_line_id.sudo().product_id.rc_tier_id  # a payee may not read products
    return tier.name if code and tier.code == code else None
