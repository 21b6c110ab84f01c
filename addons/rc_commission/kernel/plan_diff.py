"""What differs between two versions of a plan, as a structured list.

Both definitions are brought to one form first: what a file leaves out stands there with its
default, a word alone is a list of one word, amounts and shares have one spelling. So two files that
mean the same have no differences.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .plan_file import to_json

DEFAULTS = {
    "roles": [],
    "basis": "net",
    "hold": None,
    "hold_days": 30,
    "clawback": "proportional",
    "settlement": {"day": 15, "minimum": "0"},
    "limits": {"levels": 2, "per_sale": None, "per_payee_day": None, "on_limit": "scale"},
    "reserve": None,
    "point_price": None,
}
RULE_DEFAULTS = {
    "renewal": "any",
    "kind": [],
    "per": "order",
    "give": "cash",
    "when": [],
    "reversal": "keep",
}
PAY_DEFAULTS = {
    "sponsor": {"level": 1, "compress": False},
    "upline": {"tree": "sponsor", "from": "sponsor", "include_self": True, "compress": False},
    "differential": {"tree": "sponsor", "from": "sponsor", "include_self": True},
    "team": {"split": "equal"},
    "match": {"tree": "sponsor"},
}
LISTS = ("roles", "kind", "role", "tier", "country", "training", "product", "category", "channel")
LISTS += ("campaign", "region")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    ``part``: setting, ladder, rank, rule, move or green; ``name`` of the ladder, ``ladder.rank`` or
    the rule's id (empty for settings); ``kind``: added, removed, changed or moved (another place in
    the order); ``key``: the word that changed; ``old`` and ``new`` as in plan files, None if absent.
    """

    part: str
    kind: str
    name: str = ""
    key: str = ""
    old: object = None
    new: object = None


def diff_plans(old: Mapping, new: Mapping) -> tuple[Change, ...]:
    """Return what changed from one definition to another, settings first, rules last.

    >>> a = {"plan": "p", "name": "P", "currency": "USD", "rules": []}
    >>> diff_plans(a, {**a, "hold_days": 10})
    (Change(part='setting', kind='changed', name='', key='hold_days', old=30, new=10),)
    """
    old, new = normal_plan(old), normal_plan(new)
    changes = [*_settings(old, new), *_ladders(old, new)]
    changes += _listed("move", old.get("moves") or [], new.get("moves") or [])
    if old.get("green") != new.get("green"):
        changes.append(_whole("green", "", old.get("green"), new.get("green")))
    changes += _rules(old["rules"], new["rules"])
    return tuple(changes)


# ------------------------------------------------------------------
# One form
# ------------------------------------------------------------------


def normal_plan(definition: Mapping) -> dict:
    """Return the definition with its defaults filled in and one spelling for each value."""
    plan = _normal(json.loads(to_json(definition)))
    for key, default in DEFAULTS.items():
        if isinstance(default, dict):
            plan[key] = {**default, **(plan.get(key) or {})}
        else:
            plan.setdefault(key, default)
    if plan["hold"]:
        plan["hold_days"] = None
    plan["rules"] = [normal_rule(rule) for rule in plan.get("rules") or []]
    plan["ladders"] = {
        code: ladder if isinstance(ladder, dict) else {"ranks": ladder}
        for code, ladder in (plan.get("ladders") or {}).items()
    }
    return plan


def normal_rule(rule: Mapping) -> dict:
    """Return a rule with its defaults filled in."""
    rule = {**RULE_DEFAULTS, **_normal(rule)}
    pay = rule.get("pay") or {}
    rule["pay"] = {**PAY_DEFAULTS.get(pay.get("to"), {}), **pay}
    if rule.get("budget") is not None and not isinstance(rule["budget"], dict):
        rule["budget"] = {"amount": rule["budget"]}
    return rule


def _normal(value: object, key: str = "") -> object:
    if isinstance(value, Mapping):
        return {name: _normal(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_normal(inner) for inner in value]
    if key in LISTS and isinstance(value, str):
        return [value]
    return _one_spelling(value)


def _one_spelling(value: object) -> object:
    """Write numbers without needless zeros: "10.00%" is "10%", 5.0 is "5"; counts stay counts."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    number, unit = (text[:-1].strip(), "%") if text.endswith("%") else (text, "")
    try:
        return f"{Decimal(number).normalize():f}{unit}"
    except (InvalidOperation, ValueError):
        return value


# ------------------------------------------------------------------
# Part by part
# ------------------------------------------------------------------


def _same(old: object, new: object) -> bool:
    """Compare values; an amount may be a number in one file and a text in the other."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    return old == new or (old is not None and new is not None and str(old) == str(new))


def _whole(part: str, name: str, old: object, new: object) -> Change:
    kind = "added" if old is None else "removed" if new is None else "changed"
    return Change(part, kind, name, "", old, new)


def _settings(old: Mapping, new: Mapping) -> Iterator[Change]:
    for key in ("name", "currency", *DEFAULTS):
        for path, before, after in _leaves(key, old.get(key), new.get(key)):
            if not _same(before, after):
                yield Change("setting", "changed", "", path, before, after)


def _leaves(key: str, old: object, new: object) -> Iterator[tuple[str, object, object]]:
    if key in ("settlement", "limits"):
        for inner in DEFAULTS[key]:
            yield f"{key}.{inner}", old.get(inner), new.get(inner)
    else:
        yield key, old, new


def _ladders(old: Mapping, new: Mapping) -> Iterator[Change]:
    for code in dict.fromkeys((*old["ladders"], *new["ladders"])):
        before, after = old["ladders"].get(code), new["ladders"].get(code)
        if before is None or after is None:
            yield _whole("ladder", code, before, after)
            continue
        if not _same(before.get("roles"), after.get("roles")):
            yield Change(
                "ladder", "changed", code, "roles", before.get("roles"), after.get("roles")
            )
        yield from _ranks(code, before["ranks"], after["ranks"])


def _ranks(code: str, old: list, new: list) -> Iterator[Change]:
    before = {rank["rank"]: rank for rank in old}
    after = {rank["rank"]: rank for rank in new}
    stay = [rank for rank in before if rank in after]
    for rank in dict.fromkeys((*before, *after)):
        if not _same(before.get(rank), after.get(rank)):
            yield _whole("rank", f"{code}.{rank}", before.get(rank), after.get(rank))
    order = [rank for rank in after if rank in before]
    if stay != order:
        yield Change("ladder", "moved", code, "ranks", stay, order)


def _listed(part: str, old: list, new: list) -> Iterator[Change]:
    for value in old:
        if not any(_same(value, other) for other in new):
            yield Change(part, "removed", old=value)
    for value in new:
        if not any(_same(value, other) for other in old):
            yield Change(part, "added", new=value)


def _rules(old: list, new: list) -> Iterator[Change]:
    before = {rule["id"]: rule for rule in old}
    after = {rule["id"]: rule for rule in new}
    for rule_id in dict.fromkeys((*before, *after)):
        one, two = before.get(rule_id), after.get(rule_id)
        if one is None or two is None:
            yield _whole("rule", rule_id, one, two)
            continue
        for key in dict.fromkeys((*one, *two)):
            if not _same(one.get(key), two.get(key)):
                yield Change("rule", "changed", rule_id, key, one.get(key), two.get(key))
    stay = [rule_id for rule_id in before if rule_id in after]
    order = [rule_id for rule_id in after if rule_id in before]
    if stay != order:
        yield Change("rule", "moved", "", "rules", stay, order)
