"""Figures of plans in the reader's language: counts, money, metrics with their filters."""

from decimal import Decimal, InvalidOperation

from .ranks import rank_label
from .words import MONEY_METRICS, in_period, join, metric_labels


def number_text(value):
    """Return a count without a needless fraction: "10.00" is 10."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return f"{number.normalize():f}" if number == number.to_integral() else f"{number:f}"


def amount_text(currency, value):
    """Return an amount as money; a text that is none as it stands."""
    try:
        return currency.format(float(Decimal(str(value))))
    except InvalidOperation:
        return str(value)


def words_of(value):
    """Return a word or a list of words as a list."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def metric_text(env, spec, period=None):
    """Return a metric with its filters: "team sales (pro) in the month".

    :param period: what it is counted over if the file does not say
    """
    name = spec.get("metric")
    text = dict(metric_labels(env)).get(name, name)
    if name == "leg_sales":
        text = (
            env._("sales of the larger leg")
            if spec.get("leg") == "larger"
            else env._("sales of the smaller leg")
        )
    only = [*words_of(spec.get("item_tier")), *words_of(spec.get("item_product"))]
    only += words_of(spec.get("kind"))
    if spec.get("rank") and isinstance(spec["rank"], dict):
        only += [rank_label(env, rank) for rank in spec["rank"].values()]
    if only:
        text = env._("%(metric)s (%(only)s)", metric=text, only=join(env, only))
    text = in_period(env, text, spec.get("period") or period)
    if spec.get("carry"):
        text = env._("%s with what was carried forward", text)
    return text


def figure_text(env, spec, currency, period=None):
    """Return a metric with the figure asked for: "at least 10 own sales in the month"."""
    what = metric_text(env, spec, period)
    money = spec.get("metric") in MONEY_METRICS
    show = (lambda value: amount_text(currency, value)) if money else number_text
    if "at_least" in spec:
        return env._("at least %(figure)s %(what)s", figure=show(spec["at_least"]), what=what)
    if "more_than" in spec:
        return env._("more than %(figure)s %(what)s", figure=show(spec["more_than"]), what=what)
    if "below" in spec:
        return env._("less than %(figure)s %(what)s", figure=show(spec["below"]), what=what)
    return env._("at least 1 %(what)s", what=what)
