"""Rates and amounts of plans in the reader's language."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from ..kernel.explain import percent_text
from .metrics import amount_text, metric_text, number_text
from .ranks import rank_label
from .words import by_labels, join, region_labels


def share_text(env, value):
    """Return "10%" as the language writes it."""
    text = str(value).strip()
    if not text.endswith("%"):
        return text
    try:
        return env._("%s %%", percent_text(Fraction(Decimal(text[:-1].strip())) / 100))
    except InvalidOperation:
        return text


def is_share(value):
    return isinstance(value, str) and value.strip().endswith("%")


def rate_text(env, value, currency, base, give="cash", per="order", order=""):
    """Return a rate in words.

    :param value: as in plan files: "10%", 5.00, a table or brackets
    :param base: what a percentage is of, in words
    :param order: what people are placed by, in words
    """
    if isinstance(value, dict) and "brackets" in value:
        inner = value["brackets"]
        steps = [
            env._(
                "from %(start)s: %(rate)s",
                start=number_text(step.get("from", 0)),
                rate=rate_text(env, step.get("rate"), currency, "", give, ""),
            )
            for step in inner.get("steps", ())
        ]
        what = metric_text(env, inner)
        text = env._(
            "%(base)s by steps of %(what)s (%(steps)s)",
            base=base,
            what=what,
            steps=join(env, steps),
        )
        if inner.get("marginal"):
            return env._("a share of %s, each step on its own part", text)
        return env._("a share of %s", text)
    if isinstance(value, dict):
        return _table_text(env, value, currency, base, give, per, order)
    if is_share(value):
        text = share_text(env, value)
        if base:
            text = env._("%(share)s of %(base)s", share=text, base=base)
        if give == "record" and base:
            return env._("%s as a record that is never paid", text)
        return env._("%s in points", text) if give == "points" and base else text
    text = given_text(env, value, currency, give)
    if per == "unit":
        return env._("%s for each unit", text)
    if per == "once":
        return env._("%s once per order", text)
    return text


def given_text(env, value, currency, give):
    """Return a fixed reward: money, points, coupons or days."""
    if give == "points":
        return env._("%s points", number_text(value))
    if give == "coupon":
        return env._("%s coupons", number_text(value))
    if give == "record":
        return env._("a record of %s, never paid", number_text(value))
    if give == "days":
        return env._("%s days of membership", number_text(value))
    return amount_text(currency, value)


def _table_text(env, value, currency, base, give, per, order):
    by = dict(by_labels(env)).get(value.get("by"), value.get("by"))
    if value.get("by") == "place" and order:
        by = env._("place by %s", order)
    table = value.get("table") or {}
    names = dict(region_labels(env)) if value.get("by") == "region" else {}
    if value.get("by") == "rank":
        names = {key: rank_label(env, key) for key in table}
    rows = [
        env._(
            "%(value)s: %(rate)s",
            value=names.get(key, key),
            rate=rate_text(env, rate, currency, "", give, ""),
        )
        for key, rate in table.items()
    ]
    rows = join(env, rows)
    if base and any(is_share(rate) for rate in table.values()):
        return env._("a share of %(base)s by %(by)s (%(rows)s)", base=base, by=by, rows=rows)
    if per == "unit":
        return env._("an amount for each unit by %(by)s (%(rows)s)", by=by, rows=rows)
    return env._("an amount by %(by)s (%(rows)s)", by=by, rows=rows)
