"""What is between somebody and the next rank, in the reader's language."""

from dataclasses import dataclass
from fractions import Fraction

from .metrics import metric_text, number_text
from .ranks import rank_label
from .words import MONEY_METRICS, either, join, region_labels, role_labels


@dataclass(frozen=True, slots=True)
class Requirement:
    """A line of the way to a rank; ``part`` is what is done of it (0 to 1), ``is_or`` says that
    it is an alternative to the line before it."""

    label: str
    text: str
    part: Fraction
    is_met: bool
    is_or: bool = False

    @property
    def percent(self):
        return int(self.part * 100)


def progress_rows(env, progress, currency):
    """Return the requirements of the next rank.

    :param progress: what ``kernel.ranks.progress`` said, not None
    """
    return [row for item in progress["requirements"] for row in _rows(env, item, currency)]


def progress_part(items):
    """Return how far somebody is, 0 to 1: all are needed, of alternatives the best counts."""
    parts = []
    for item in items:
        if item["kind"] == "any":
            parts.append(max(progress_part([one]) for one in item["of"]))
        elif item["kind"] == "all":
            parts.append(progress_part(item["of"]))
        else:
            parts.append(Fraction(item.get("part", int(item["met"]))))
    return sum(parts, Fraction(0)) / len(parts) if parts else Fraction(1)


def _rows(env, item, currency, is_or=False):
    if item["kind"] in ("any", "all"):
        for number, one in enumerate(item["of"]):
            is_alternative = number > 0 if item["kind"] == "any" else is_or
            yield from _rows(env, one, currency, is_alternative)
    elif item["kind"] == "metric":
        yield _metric_row(env, item, currency, is_or)
    else:
        label = _condition_label(env, item["condition"])
        text = env._("done") if item["met"] else env._("open")
        yield Requirement(label, text, Fraction(int(item["met"])), item["met"], is_or)


def _metric_row(env, item, currency, is_or):
    spec = {**item, "metric": item["name"], "kind": None}  # "kind" says what sort of line it is
    if isinstance(item.get("rank"), str):
        spec["rank"] = {"": rank_label(env, item["rank"])}
    what = metric_text(env, spec)

    def show(value):
        number = Fraction(value)
        if item["name"] in MONEY_METRICS:
            return currency.format(float(number))
        return number_text(f"{float(number):.10g}")

    if item["wanted"] is None:
        text = show(item["value"])
    elif item.get("strict"):
        text = env._(
            "%(value)s of more than %(wanted)s",
            value=show(item["value"]),
            wanted=show(item["wanted"]),
        )
    else:
        text = env._(
            "%(value)s of %(wanted)s", value=show(item["value"]), wanted=show(item["wanted"])
        )
    label = what[:1].upper() + what[1:]
    return Requirement(label, text, Fraction(item["part"]), item["met"], is_or)


def _condition_label(env, condition):
    """Return a requirement about the person: a training, a tier, another rank …"""
    roles, levels = dict(role_labels(env)), dict(region_labels(env))
    texts = []
    if condition.roles:
        names = either(env, [roles.get(role, role) for role in condition.roles])
        texts.append(env._("Role: %s", names))
    if condition.tiers:
        texts.append(env._("Tier: %s", either(env, [t.capitalize() for t in condition.tiers])))
    if condition.countries:
        texts.append(env._("Country: %s", either(env, condition.countries)))
    if condition.training:
        texts.append(env._("Training passed: %s", join(env, condition.training)))
    if condition.active is not None:
        texts.append(
            env._("Running membership") if condition.active else env._("No running membership")
        )
    if condition.kyc is not None:
        texts.append(env._("Confirmed identity") if condition.kyc else env._("Identity open"))
    if condition.rank:
        texts.append(env._("Rank: %s", rank_label(env, condition.rank)))
    if condition.regions:
        names = [levels.get(level, level) for level in condition.regions]
        texts.append(env._("Territory: %s", either(env, names)))
    return join(env, texts) or env._("A requirement of the plan")
