"""What is to be said about a plan before it is published: contradictions, dead rules, reasons why
publishing it needs somebody's word."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .errors import PlanError
from .plan_diff import normal_plan

LEVELS_FREE = 2  # more levels than this need an override
GUILD = ("guild", "guild_leader")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something true of a plan: ``code``, where (``path``), and the values of its sentence."""

    code: str
    path: str
    values: Mapping[str, object]


def override_reasons(definition: Mapping) -> tuple[Remark, ...]:
    """Return why publishing needs an override: multi-level and investment-like parts.

    Codes: ``levels`` (more than two, or without limit), ``green``, ``pool_share``, ``match``,
    ``carry`` (binary legs), ``moves``.
    """
    plan = normal_plan(definition)
    found = []
    levels = plan["limits"]["levels"]
    if levels == "none" or levels > LEVELS_FREE:
        found.append(Remark("levels", "limits.levels", {"value": levels}))
    if plan.get("green"):
        found.append(Remark("green", "green", {}))
    if plan.get("moves"):
        found.append(Remark("moves", "moves", {}))
    for index, rule in enumerate(plan["rules"]):
        to = rule["pay"].get("to")
        if to in ("pool_share", "match"):
            found.append(Remark(to, f"rules[{index}].pay.to", {"rule": rule["id"]}))
        if any(metric.get("carry") for metric in _metrics(rule)):
            found.append(Remark("carry", f"rules[{index}]", {"rule": rule["id"]}))
    return tuple(found)


def needed_apps(definition: Mapping) -> tuple[Remark, ...]:
    """Return the beneficiaries that exist only where another app is installed."""
    return tuple(
        Remark("app", f"rules[{index}].pay.to", {"value": rule["pay"]["to"], "module": "rc_guild"})
        for index, rule in enumerate(normal_plan(definition)["rules"])
        if rule["pay"].get("to") in GUILD
    )


def check_sense(definition: Mapping) -> None:
    """Refuse rules and ranks whose conditions can never be true together.

    :raise PlanError: ``never_met`` with the two words that exclude each other
    """
    plan = normal_plan(definition)
    roles = plan["roles"]
    for index, rule in enumerate(plan["rules"]):
        path = f"rules[{index}]"
        period = rule.get("period") if rule.get("on") == "close" else None
        payees = [] if rule["pay"].get("to") in ("pool", "guild") else roles
        _check_all(rule["when"], f"{path}.when", payees, period)
        if rule.get("first") and rule["renewal"] == "only" and rule["first"] == 1:
            _never(f"{path}.first", "first: 1", "renewal: only")
    for code, ladder in plan["ladders"].items():
        for index, rank in enumerate(ladder["ranks"]):
            inner = ".ranks" if "roles" in ladder else ""
            path = f"ladders.{code}{inner}[{index}]"
            _check_all(rank.get("all") or [], f"{path}.all", ladder.get("roles") or roles, None)


def dead_rules(definition: Mapping) -> tuple[Remark, ...]:
    """Return rules that are right but never pay, because a limit of the plan shuts them out."""
    plan = normal_plan(definition)
    levels = plan["limits"]["levels"]
    return tuple(
        Remark(
            "level_above_limit",
            f"rules[{index}].pay.level",
            {"rule": rule["id"], "level": rule["pay"]["level"], "limit": levels},
        )  # fmt: skip
        for index, rule in enumerate(plan["rules"])
        if levels != "none" and rule["pay"].get("to") == "sponsor" and rule["pay"]["level"] > levels
    )


# ------------------------------------------------------------------
# Conditions that exclude each other
# ------------------------------------------------------------------


def _check_all(items: list, path: str, roles: list, period: str | None) -> None:
    """Check conditions that are all needed, with those inside ``all``."""
    flat = list(_flat(items, path))
    _check_bounds(flat, period)
    _check_dates(flat)
    for words in (("item", "tier"), ("item", "product"), ("item", "category")):
        _check_words(flat, words, [])
    for who in ("payee", ""):
        _check_words(flat, (who, "role") if who else ("role",), roles)
        _check_words(flat, (who, "tier") if who else ("tier",), [])
    _check_words(flat, ("buyer", "role"), [])
    _check_words(flat, ("buyer", "tier"), [])
    for where, item in flat:
        for number, group in enumerate(item.get("any") or ()):
            _check_all([group], f"{where}.any[{number}]", roles, period)


def _flat(items: list, path: str) -> Iterator[tuple[str, Mapping]]:
    for index, item in enumerate(items):
        where = f"{path}[{index}]"
        yield where, item
        if item.get("all"):
            yield from _flat(item["all"], f"{where}.all")


def _check_bounds(flat: list, period: str | None) -> None:
    """Refuse a figure that must be at least 10 and below 5."""
    least: dict[str, tuple[Decimal, bool, str]] = {}
    below: dict[str, tuple[Decimal, str]] = {}
    for where, item in flat:
        if "metric" not in item:
            continue
        what = {k: v for k, v in item.items() if k not in ("at_least", "more_than", "below")}
        what.setdefault("of", "payee")
        what.setdefault("period", period)
        key = json.dumps(what, sort_keys=True)
        for word in ("at_least", "more_than"):
            if item.get(word) is not None:
                bound = (Decimal(str(item[word])), word == "more_than", f"{word}: {item[word]}")
                least[key] = max(least.get(key, bound), bound)
        if item.get("below") is not None:
            limit = (Decimal(str(item["below"])), f"below: {item['below']}")
            below[key] = min(below.get(key, limit), limit)
        if key in least and key in below and least[key][0] >= below[key][0]:
            _never(where, least[key][2], below[key][1])


def _check_dates(flat: list) -> None:
    """Refuse spans of dates that do not meet (texts of dates sort like dates)."""
    start, end = "", ""
    for where, item in flat:
        dates = item.get("dates") or {}
        start = max(start, dates.get("from") or "")
        end = min(filter(None, (end, dates.get("to") or "")), default="")
        if start and end and start >= end:
            _never(f"{where}.dates", f"from: {start}", f"to: {end}")


def _check_words(flat: list, words: tuple[str, ...], first: list) -> None:
    """Refuse lists of possible values that have none in common."""
    left = list(first)
    for where, item in flat:
        value = item
        for word in words:
            value = value.get(word) if isinstance(value, Mapping) else None
        if not value:
            continue
        if left and not set(left) & set(value):
            _never(f"{where}.{'.'.join(words)}", ", ".join(left), ", ".join(value))
        left = [word for word in left if word in value] or list(value)


def _never(path: str, first: str, second: str) -> None:
    raise PlanError("never_met", path, first=first, second=second)


def _metrics(value: object) -> Iterator[Mapping]:
    """Yield every metric inside a rule."""
    if isinstance(value, Mapping):
        if "metric" in value:
            yield value
        for inner in value.values():
            yield from _metrics(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _metrics(inner)
