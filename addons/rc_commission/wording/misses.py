"""Why somebody does not earn: a sentence for each code of the kernel."""

from datetime import date
from fractions import Fraction

from odoo.tools import format_date

from .metrics import amount_text, metric_text, number_text, words_of
from .ranks import rank_label
from .words import (
    MONEY_METRICS,
    by_labels,
    either,
    join,
    kind_labels,
    region_labels,
    role_labels,
)


def miss_sentence(env, code, values, currency, discreet=False):
    """Return why a rule paid nothing, as a sentence.

    :param values: JSON values of the ``Miss``
    :param discreet: the reader may not learn what others got: their figures are left out
    """
    values = dict(values or {})
    if code == "any":
        return _any_sentence(env, values, currency, discreet)
    if code in ("metric", "below_brackets", "top"):
        return _figure_sentence(env, code, values, currency)
    if code.startswith(("payee_", "buyer_")):
        return _person_sentence(env, *code.split("_", 1), values)
    found = _who_sentences(env, values) | _sale_sentences(env, values, currency)
    found |= _amount_sentences(env, values, currency, discreet)
    return found.get(code) or env._("The rule does not hold here (%s).", code)


def _who_sentences(env, values):
    """Nobody stands where the rule looks, or not high enough."""
    roles = dict(role_labels(env))
    return {
        "no_seller": env._("Nobody sold it: no code, link or sponsor."),
        "no_salesperson": env._("No colleague is the salesperson."),
        "no_team": env._("The salesperson belongs to no sales team."),
        "no_sponsor": env._("Nobody stands at level %s above the buyer.", values.get("level") or 1),
        "no_rank_above": env._(
            "Nobody above holds the rank %s or a higher one.", _rank(env, values["rank"])
        )
        if values.get("rank")
        else env._("Nobody above holds a rank that earns."),
        "no_region": env._("The delivery address lies in no sales region."),
        "no_region_owner": env._("Nobody owns the region of the delivery address."),
        "no_service_point": env._("The order has no service point."),
        "no_guild": env._("The buyer belongs to no guild."),
        "no_guild_leader": env._("The buyer's guild has no leader."),
        "no_channel_manager": env._("The seller has no channel manager."),
        "no_such_person": env._("The person the plan names does not exist."),
        "no_participants": env._("Nobody takes part in this plan."),
        "no_buyer": env._("The buyer is not known."),
        "no_order": env._("There is no order."),
        "no_holder": env._("Nobody holds the rank %s.", _rank(env, values.get("value"))),
        "nobody_to_share": env._("There is nobody to share it."),
        "levels": env._(
            "Stands %(distance)s levels above the buyer; the plan pays up to %(limit)s.",
            distance=values.get("distance"),
            limit=values.get("limit"),
        ),
        "role": env._(
            "Only for the role %(wanted)s; the role here is %(value)s.",
            wanted=either(env, [roles.get(r, r) for r in words_of(values.get("wanted"))]),
            value=roles.get(values.get("value"), values.get("value")),
        ),
        "earner_rank": env._(
            "Matches only what holders of the rank %s or a higher one earn.",
            _rank(env, values.get("wanted")),
        ),
        "nothing_to_match": env._("Nobody earned by the rules this one matches."),
    }


def _sale_sentences(env, values, currency):
    """The sale is not what the rule pays on."""
    kinds = dict(kind_labels(env))
    by = values.get("by")
    wanted = values.get("wanted")
    what = {
        "tier": env._("tier"),
        "product": env._("product"),
        "category": env._("category"),
        "channel": env._("sales channel"),
        "campaign": env._("campaign"),
    }.get(by, by)
    found = {
        "kind": env._(
            "Only on: %(wanted)s. This is: %(value)s.",
            wanted=either(env, [kinds.get(k, k) for k in words_of(wanted)]) or env._("nothing"),
            value=kinds.get(values.get("value"), values.get("value")),
        ),
        "first": env._(
            "Only on a buyer's first %(wanted)s payments; this is number %(value)s.",
            wanted=wanted,
            value=values.get("value"),
        ),
        "item": env._(
            "Only for the %(what)s %(wanted)s.", what=what, wanted=either(env, words_of(wanted))
        ),
        "order": env._(
            "Only for the %(what)s %(wanted)s.", what=what, wanted=either(env, words_of(wanted))
        ),
        "dates": _dates_sentence(env, values),
        "only_on_close": env._("Shared when the period is closed."),
        "pool_empty": env._("The pool is empty."),
    }
    if by == "number":
        found["order"] = env._("Only for the buyer's first %s orders.", wanted)
    elif by == "amount":
        found["order"] = env._("Only for orders of at least %s.", amount_text(currency, wanted))
    return found


def _dates_sentence(env, values):
    days = [
        format_date(env, date.fromisoformat(values[name]), date_format="medium")
        if values.get(name)
        else ""
        for name in ("from", "to")
    ]
    if all(days):
        return env._("Only from %(start)s until before %(end)s.", start=days[0], end=days[1])
    return env._("Only from %s.", days[0]) if days[0] else env._("Only until before %s.", days[1])


def _amount_sentences(env, values, currency, discreet):
    """The rule holds, but gives nothing."""
    by = values.get("by")
    value = values.get("value")
    if by == "rank":
        value = _rank(env, value)
    elif by == "region":
        value = dict(region_labels(env)).get(value, value)
    found = {
        "basis_zero": env._("There is nothing to take a share of."),
        "rounds_to_zero": env._("The amount rounds to zero."),
        "no_point_price": env._("The plan does not say what a point is worth."),
        "not_in_table": env._(
            "The table has no rate for: %(by)s %(value)s.",
            by=dict(by_labels(env)).get(by, by),
            value=value or env._("none"),
        ),
        "difference_zero": env._("Whoever stands below took as much or more already."),
        "budget_reached": env._("The budget of the rule is used up."),
        "ceiling_reached": env._("The commissions of this sale reached the plan's ceiling."),
        "day_limit_reached": env._("The most one may earn on a day is reached."),
    }
    if not discreet and values.get("taken") is not None:
        found["difference_zero"] = env._(
            "Whoever stands below took %(taken)s already; the own figure is %(own)s.",
            taken=_figure(currency, values["taken"]),
            own=_figure(currency, values.get("own", 0)),
        )
    return found


def _rank(env, code):
    """Return the name of a rank; the values of other codes are no ranks."""
    return rank_label(env, code) if code is None or isinstance(code, str) else ""


def _figure(currency, text):
    """Return an exact amount ("25/2") as money."""
    return currency.format(float(Fraction(text)))


def _any_sentence(env, values, currency, discreet):
    reasons = [
        miss_sentence(env, one["code"], one["values"], currency, discreet)
        for one in values.get("of", ())
    ]
    return env._("None of the alternatives is met: %s", " ".join(reasons))


def _figure_sentence(env, code, values, currency):
    spec = {**values, "metric": values.get("name"), "rank": _rank_spec(values.get("rank"))}
    what = metric_text(env, spec)
    show = _show(currency, values.get("name"))
    if code == "top":
        return env._(
            "Only the best %(wanted)s by %(what)s; the place here is %(value)s.",
            wanted=values.get("wanted"),
            what=what,
            value=values.get("value") or env._("none"),
        )
    value = show(values.get("value") or 0)
    if code == "below_brackets":
        return env._("%(what)s are %(value)s: below the first step.", what=what, value=value)
    if values.get("of") == "buyer":
        what = env._("the buyer's %s", what)
    for name, sentence in (
        ("at_least", env._("Needs at least %(wanted)s %(what)s; so far %(value)s.")),
        ("more_than", env._("Needs more than %(wanted)s %(what)s; so far %(value)s.")),
        ("below", env._("Only below %(wanted)s %(what)s; so far %(value)s.")),
    ):
        if values.get(name) is not None:
            return sentence % {"wanted": show(values[name]), "what": what, "value": value}
    return env._("%(what)s: %(value)s.", what=what, value=value)


def _rank_spec(rank):
    return {"": rank} if isinstance(rank, str) else rank


def _show(currency, metric):
    if metric in MONEY_METRICS:
        return lambda value: currency.format(float(Fraction(str(value))))
    return lambda value: number_text(f"{float(Fraction(str(value))):g}")


def _person_sentence(env, who, what, values):
    """What the payee or the buyer should be and is not."""
    wanted, value = values.get("wanted"), values.get("value")
    roles = dict(role_labels(env))
    levels = dict(region_labels(env))
    name = env._("the buyer") if who == "buyer" else env._("the payee")
    texts = {
        "role": env._("the role %s", either(env, [roles.get(r, r) for r in words_of(wanted)])),
        "tier": env._("the tier %s", either(env, words_of(wanted))),
        "country": env._("the country %s", either(env, words_of(wanted))),
        "training": env._("the training %s", join(env, words_of(wanted))),
        "active": env._("a running membership") if wanted else env._("no running membership"),
        "kyc": env._("a confirmed identity") if wanted else env._("no confirmed identity"),
        "rank": env._("the rank %s or a higher one", _rank(env, wanted)),
        "earned": env._("a rank earned by merit") if wanted else env._("a granted rank"),
        "region": env._("no territory of their own")
        if wanted == ["none"]
        else env._("a territory: %s", either(env, [levels.get(w, w) for w in words_of(wanted)])),
    }
    has = _has_text(env, what, value)
    if has:
        return env._(
            "%(who)s needs %(wanted)s; there is: %(value)s.",
            who=name[:1].upper() + name[1:],
            wanted=texts.get(what, what),
            value=has,
        )
    return env._(
        "%(who)s needs %(wanted)s.",
        who=name[:1].upper() + name[1:],
        wanted=texts.get(what, what),
    )


def _has_text(env, what, value):
    """Return what somebody is instead; nothing where the sentence says it already."""
    if isinstance(value, bool):
        return ""
    if what == "rank":
        return _rank(env, value)
    if what == "role":
        return dict(role_labels(env)).get(value, value)
    return join(env, words_of(value))
