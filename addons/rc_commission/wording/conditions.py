"""Conditions and requirements of plans in the reader's language, from what plan files say."""

from datetime import date

from odoo.tools import format_date

from .metrics import amount_text, figure_text, metric_text, words_of
from .ranks import rank_label
from .rates import share_text
from .words import either, join, region_labels, role_labels


def condition_text(env, item, currency, period=None, plain=False):
    """Return one item of ``when`` as a clause; an item with several words needs all of them.

    :param period: what figures are counted over if the file does not say
    :param plain: without "if they have": a requirement of a rank, or what a reserve waits for
    """
    return join(env, list(_clauses(env, item, currency, period, plain)))


def conditions_text(env, items, currency, period=None, plain=False):
    """Return a list of conditions, all of which are needed."""
    return join(env, [condition_text(env, item, currency, period, plain) for item in items or ()])


def _clauses(env, item, currency, period, plain):
    if "metric" in item:
        text = figure_text(env, item, currency, period)
        if item.get("of") == "buyer":
            yield env._("the buyer has %s", text) if plain else env._("if the buyer has %s", text)
        else:
            yield text if plain else env._("if they have %s", text)
    else:
        what = join(env, _qualities(env, item))  # said of the payee, or of who wants a rank
        yield what if plain or not what else env._("if the payee is: %s", what)
    for who in ("payee", "buyer"):
        if isinstance(item.get(who), dict):
            yield _person_text(env, who, item[who])
    if isinstance(item.get("item"), dict):
        yield _item_text(env, item["item"])
    if isinstance(item.get("order"), dict):
        yield _order_text(env, item["order"], currency)
    if isinstance(item.get("dates"), dict):
        yield _dates_text(env, item["dates"])
    if isinstance(item.get("top"), dict):
        yield _top_text(env, item["top"], period)
    if item.get("any"):
        yield either(
            env, [condition_text(env, one, currency, period, plain) for one in item["any"]]
        )
    if item.get("all"):
        yield conditions_text(env, item["all"], currency, period, plain)


def _person_text(env, who, values):
    """Say what somebody must be: a role, a rank, a tier …"""
    what = join(env, _qualities(env, values))
    if not what:
        return ""
    if who == "buyer":
        return env._("if the buyer is: %s", what)
    return env._("if the payee is: %s", what)


def _qualities(env, values):
    roles = dict(role_labels(env))
    if values.get("role"):
        yield either(env, [roles.get(role, role) for role in words_of(values["role"])])
    if isinstance(values.get("rank"), dict):
        for rank in values["rank"].values():
            yield env._("%s or higher", rank_label(env, rank))
    if values.get("earned"):
        yield env._("by merit, not granted")
    if values.get("tier"):
        yield env._("on tier %s", either(env, words_of(values["tier"])))
    if values.get("active") is True:
        yield env._("with a running membership")
    if values.get("active") is False:
        yield env._("without a running membership")
    if values.get("kyc") is True:
        yield env._("with a confirmed identity")
    if values.get("kyc") is False:
        yield env._("without a confirmed identity")
    if values.get("training"):
        yield env._("training passed: %s", join(env, words_of(values["training"])))
    if values.get("region"):
        yield _region_text(env, words_of(values["region"]))
    if values.get("country"):
        yield env._("in %s", either(env, words_of(values["country"])))


def _region_text(env, words):
    if words == ["none"]:
        return env._("without a territory")
    if "any" in words:
        return env._("with a territory")
    labels = dict(region_labels(env))
    return env._("with a territory (%s)", either(env, [labels.get(w, w) for w in words]))


def _item_text(env, values):
    wanted = [
        text for name in ("tier", "product", "category") for text in words_of(values.get(name))
    ]
    return env._("only for %s", either(env, wanted))


def _order_text(env, values, currency):
    texts = []
    if values.get("channel"):
        texts.append(env._("sold through %s", either(env, words_of(values["channel"]))))
    if values.get("campaign"):
        texts.append(env._("of the campaign %s", either(env, words_of(values["campaign"]))))
    if values.get("number_at_most") is not None:
        texts.append(env._("among the buyer's first %s orders", values["number_at_most"]))
    if values.get("amount_at_least") is not None:
        texts.append(env._("of at least %s", amount_text(currency, values["amount_at_least"])))
    return env._("only for orders %s", join(env, texts))


def _dates_text(env, values):
    start, end = (_day(env, values.get(name)) for name in ("from", "to"))
    if start and end:
        return env._("from %(start)s until before %(end)s", start=start, end=end)
    return env._("from %s", start) if start else env._("until before %s", end)


def _day(env, value):
    if not value:
        return ""
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return format_date(env, day, date_format="medium")


def _top_text(env, values, period):
    what = metric_text(env, values, period)
    if values.get("share"):
        share = share_text(env, values["share"])
        return env._("only for the best %(share)s by %(what)s", share=share, what=what)
    if values.get("count", 1) == 1:
        return env._("only for the best by %s", what)
    return env._("only for the best %(count)s by %(what)s", count=values["count"], what=what)
