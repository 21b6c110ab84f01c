"""A plan file's parts as flat forms, and back without losing what a form does not show.

A form is a dict of field name → plain value (texts, numbers, flags). Writing a form changes only
the words of the file whose fields changed; everything else stays as it stood, so opening and saving
an editor changes nothing.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass

from .plan_file import load_value, to_flow

PERSON_WORDS = (
    "role",
    "rank",
    "earned",
    "tier",
    "active",
    "kyc",
    "training",
    "country",
    "region",
)
BOUNDS = ("at_least", "more_than", "below")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form and the place of its word in the file.

    ``kind``: text, words (texts separated by commas), number (0: left out), count (0 is a value),
    flag, yes_no ("yes", "no", ""), rank (``{ladder: rank}`` as "ladder / rank") or levels (0:
    none); ``default`` is what the word means when the file leaves it out, as the form shows it.
    """

    name: str
    path: tuple[str, ...]
    kind: str = "text"
    default: object = ""

    def show(self, value: object) -> object:
        """Return what the form has for the file's value (None: left out)."""
        if value is None:
            return self.default
        if self.kind == "words":
            return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if self.kind == "yes_no":
            return "yes" if value else "no"
        if self.kind == "rank":
            return " / ".join(next(iter(value.items()))) if value else ""
        if self.kind == "levels":
            return 0 if value == "none" else value
        return value if self.kind in ("number", "count", "flag") else str(value)

    def parse(self, value: object) -> object:
        """Return what the file says for the form's value; None: the word is left out."""
        if self.kind == "levels":
            return value or "none"
        if value == self.default or (not value and self.kind not in ("flag", "count")):
            return None
        if self.kind == "words":
            words = [word.strip() for word in str(value).replace("，", ",").split(",")]
            words = [word for word in words if word]
            return words if len(words) != 1 else words[0]
        if self.kind == "yes_no":
            return value == "yes"
        if self.kind == "rank":
            ladder, _slash, rank = (part.strip() for part in str(value).partition("/"))
            return {ladder: rank}
        return value.strip() if isinstance(value, str) else value


def get_in(value: object, path: tuple[str, ...]) -> object:
    """Return what stands at a path of nested mappings, or None."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def put_in(value: dict, path: tuple[str, ...], new: object) -> None:
    """Set what stands at a path, or remove it (None) with the mappings it leaves empty."""
    key, *rest = path
    if rest:
        inner = value.get(key)
        inner = dict(inner) if isinstance(inner, Mapping) else {}
        put_in(inner, tuple(rest), new)
        new = inner or None
    if new is None:
        value.pop(key, None)
    else:
        value[key] = new


def show_fields(fields: tuple[Field, ...], source: Mapping) -> dict:
    return {field.name: field.show(get_in(source, field.path)) for field in fields}


def write_fields(fields: tuple[Field, ...], values: Mapping, base: Mapping) -> dict:
    """Return ``base`` with the words whose fields differ from it; others stay as they are."""
    result, before = copy.deepcopy(dict(base)), show_fields(fields, base)
    for field in fields:
        if field.name in values and (values[field.name] or "") != (before[field.name] or ""):
            put_in(result, field.path, field.parse(values[field.name]))
    return result


# ------------------------------------------------------------------
# Settings
# ------------------------------------------------------------------

SETTINGS = (
    Field("roles", ("roles",), "words"),
    Field("basis", ("basis",), default="net"),
    Field("hold_days", ("hold_days",), "count", 30),
    Field("hold", ("hold",)),
    Field("clawback", ("clawback",), default="proportional"),
    Field("settlement_day", ("settlement", "day"), "count", 15),
    Field("settlement_minimum", ("settlement", "minimum"), default="0"),
    Field("level_limit", ("limits", "levels"), "levels", 2),
    Field("per_sale", ("limits", "per_sale")),
    Field("per_payee_day", ("limits", "per_payee_day")),
    Field("on_limit", ("limits", "on_limit"), default="scale"),
    Field("point_price", ("point_price",)),
)


def write_settings(form: Mapping, base: Mapping) -> dict:
    """Return the definition with the settings of a form; a held period replaces held days."""
    plan = write_fields(SETTINGS, form, base)
    if plan.get("hold"):
        plan.pop("hold_days", None)
    return plan


# ------------------------------------------------------------------
# Conditions
# ------------------------------------------------------------------

METRIC = (
    Field("metric", ("metric",)),
    Field("period", ("period",)),
    Field("item_tier", ("item_tier",)),
    Field("item_product", ("item_product",)),
    Field("item_kind", ("kind",)),
    Field("metric_rank", ("rank",), "rank"),
    Field("leg", ("leg",)),
    Field("carry", ("carry",), "flag", False),
)
PERSON = (
    Field("roles", ("role",), "words"),
    Field("rank", ("rank",), "rank"),
    Field("is_earned", ("earned",), "yes_no"),
    Field("tiers", ("tier",), "words"),
    Field("is_active", ("active",), "yes_no"),
    Field("has_kyc", ("kyc",), "yes_no"),
    Field("training", ("training",), "words"),
    Field("countries", ("country",), "words"),
    Field("regions", ("region",), "words"),
)


def _under(word: str, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(Field(f.name, (word, *f.path), f.kind, f.default) for f in fields)


CONDITIONS = {
    "metric": (*METRIC, Field("of", ("of",), default="payee")),
    "self": PERSON,
    "payee": _under("payee", PERSON),
    "buyer": _under("buyer", PERSON),
    "item": _under(
        "item",
        (
            Field("tiers", ("tier",), "words"),
            Field("products", ("product",), "words"),
            Field("categories", ("category",), "words"),
        ),
    ),
    "order": _under(
        "order",
        (
            Field("channels", ("channel",), "words"),
            Field("campaigns", ("campaign",), "words"),
            Field("number_at_most", ("number_at_most",), "number", 0),
            Field("amount_at_least", ("amount_at_least",)),
        ),
    ),
    "dates": _under("dates", (Field("date_from", ("from",)), Field("date_to", ("to",)))),
    "top": _under(
        "top", (*METRIC, Field("count", ("count",), "number", 0), Field("share", ("share",)))
    ),
}


def condition_kind(item: Mapping) -> str:
    """Return which form shows a condition; ``text`` where none shows all of it."""
    if "metric" in item:
        return "metric" if sum(bound in item for bound in BOUNDS) == 1 else "text"
    if item and set(item) <= set(PERSON_WORDS):
        return "self"
    if len(item) == 1 and (word := next(iter(item))) in CONDITIONS:
        return word
    return "text"


def read_condition(item: Mapping) -> dict:
    """Return the form of a condition.

    >>> form = read_condition({"metric": "orders", "at_least": 2})
    >>> form["kind"], form["metric"], form["bound"], form["figure"]
    ('metric', 'orders', 'at_least', '2')
    """
    kind = condition_kind(item)
    form = {"kind": kind, "text": to_flow(item)}
    if kind == "text":
        return form
    form |= show_fields(CONDITIONS[kind], item)
    if kind == "metric":
        bound = next(bound for bound in BOUNDS if bound in item)
        form |= {"bound": bound, "figure": str(item[bound])}
    return form


def write_condition(form: Mapping, base: Mapping | None = None) -> dict:
    """Return the condition a form describes; ``base`` is what it was read from.

    :raise PlanError: if its text is no condition
    """
    kind = form.get("kind")
    base = base or {}
    same_kind = bool(base) and condition_kind(base) == kind
    if kind == "text":
        if same_kind and form.get("text") == to_flow(base):
            return dict(base)
        return load_value(form.get("text") or "", "text")
    item = write_fields(CONDITIONS[kind], form, base if same_kind else {})
    if kind == "metric":
        before = read_condition(base) if same_kind else {}
        bound, figure = form.get("bound") or "at_least", str(form.get("figure") or "").strip()
        if (bound, figure) != (before.get("bound"), before.get("figure")):
            for word in BOUNDS:
                item.pop(word, None)
            if figure:
                item[bound] = figure
    return item


def write_conditions(forms: list[tuple[Mapping, Mapping | None]]) -> list[dict]:
    """Return the conditions of (form, base) pairs, in order."""
    return [write_condition(form, base) for form, base in forms]


# ------------------------------------------------------------------
# Rules
# ------------------------------------------------------------------

PAY = {
    "seller": (Field("parent_share", ("split", "parent")),),
    "sponsor": (
        Field("level", ("level",), "number", 1),
        Field("compress", ("compress",), "flag", False),
    ),
    "upline": (
        Field("tree", ("tree",), default="sponsor"),
        Field("start", ("from",), default="sponsor"),
        Field("include_self", ("include_self",), "flag", True),
        Field("ladder", ("ladder",)),
        Field("rank", ("rank",)),
        Field("compress", ("compress",), "flag", False),
    ),
    "differential": (
        Field("tree", ("tree",), default="sponsor"),
        Field("start", ("from",), default="sponsor"),
        Field("include_self", ("include_self",), "flag", True),
    ),
    "team": (Field("split", ("split",), default="equal"),),
    "person": (Field("person", ("person",)),),
    "match": (
        Field("matched_rules", ("rules",), "words"),
        Field("tree", ("tree",), default="sponsor"),
        Field("level", ("level",), "number", 0),
        Field("ladder", ("ladder",)),
        Field("rank", ("rank",)),
        Field("earner_rank", ("earner_rank",)),
    ),
    "pool": (Field("pool_name", ("pool",)),),
    "pool_share": (Field("pool_name", ("pool",)),),
}
OF = tuple(
    Field(f"of_{field.name}", ("of", *field.path), field.kind, field.default) for field in METRIC
)
RULE = (
    Field("code", ("id",)),
    Field("trigger", ("on",)),
    Field("closes", ("period",)),
    Field("renewal", ("renewal",), default="any"),
    Field("kinds", ("kind",), "words"),
    Field("first", ("first",), "number", 0),
    Field("per", ("per",), default="order"),
    Field("give", ("give",), default="cash"),
    Field("rule_basis", ("basis",)),
    Field("cap", ("cap",)),
    *OF,
)
BY = tuple(Field(f"by_{f.name}", f.path, f.kind, f.default) for f in METRIC)
RATE_FIELDS = ("rate_kind", "rate", "by", "by_ladder", "marginal", *(f.name for f in BY))
LISTS = {"conditions": ("when",), "reserve_until": ("reserve", "until"), "reserve_when": ("reserve", "when")}  # fmt: skip


def read_rule(rule: Mapping) -> dict:
    """Return the form of a rule.

    ``table`` and ``steps`` are lists of (value, rate); ``conditions``, ``reserve_until`` and
    ``reserve_when`` lists of conditions as in the file.
    """
    pay = rule.get("pay") or {}
    form = show_fields(RULE, rule) | {"pay_to": pay.get("to", "")}
    for field in PAY.get(pay.get("to"), ()):
        form[field.name] = field.show(get_in(pay, field.path))
    budget = rule.get("budget")
    values = budget if isinstance(budget, Mapping) else {"amount": budget}
    form["budget"] = "" if values.get("amount") is None else str(values["amount"])
    form["budget_period"] = values.get("period") or ""
    form["reserve_share"] = (rule.get("reserve") or {}).get("share", "")
    for name, path in LISTS.items():
        form[name] = list(get_in(rule, path) or [])
    return form | read_rate(rule.get("rate"))


def read_rate(rate: object) -> dict:
    """Return the form of a rate: ``rate_kind`` plain, table or brackets, and their rows."""
    form = {name: "" for name in RATE_FIELDS} | {"rate_kind": "plain", "table": [], "steps": []}
    form |= {"marginal": False, "by_carry": False}
    if not isinstance(rate, Mapping):
        return form | {"rate": "" if rate is None else str(rate)}
    if "brackets" in rate:
        inner = rate["brackets"]
        steps = [(str(s.get("from", "")), rate_cell(s.get("rate"))) for s in inner.get("steps", [])]
        return (
            form
            | show_fields(BY, inner)
            | {
                "rate_kind": "brackets",
                "marginal": bool(inner.get("marginal")),
                "steps": steps,
            }
        )
    table = [(str(key), rate_cell(value)) for key, value in (rate.get("table") or {}).items()]
    return form | {
        "rate_kind": "table",
        "by": rate.get("by", ""),
        "by_ladder": rate.get("ladder") or "",
        "table": table,
    }


def rate_cell(rate: object) -> str:
    """Return a rate as the text of a cell: "10%", "5.00", or a table written in one line."""
    return to_flow(rate) if isinstance(rate, Mapping) else "" if rate is None else str(rate)


def write_rule(form: Mapping, base: Mapping | None = None) -> dict:
    """Return the rule a form describes; what the form does not show stays as in ``base``.

    Lists of conditions are given as conditions (see :func:`write_conditions`).

    :raise PlanError: if a cell of a table is no rate
    """
    base = base or {}
    before = read_rule(base)
    rule = write_fields(RULE, form, base)
    rule["pay"] = _write_pay(form, base.get("pay") or {}, before)
    if form.get("trigger") != "close":
        rule.pop("period", None)
    if any(form.get(name) != before.get(name) for name in (*RATE_FIELDS, "table", "steps")):
        rule["rate"] = _write_rate(form)
    if any(form.get(name, "") != before[name] for name in ("budget", "budget_period")):
        amount, period = form.get("budget"), form.get("budget_period")
        value = {"amount": amount, "period": period} if period else amount
        put_in(rule, ("budget",), value if amount else None)
    if form.get("reserve_share", "") != before["reserve_share"]:
        put_in(rule, ("reserve", "share"), form.get("reserve_share") or None)
    for name, path in LISTS.items():
        if name in form and form[name] != before[name]:
            put_in(rule, path, form[name] or None)
    if not form.get("reserve_share", before["reserve_share"]):
        rule.pop("reserve", None)
    return _in_order(rule)


def _write_pay(form: Mapping, base: Mapping, before: Mapping) -> dict:
    to = form.get("pay_to")
    if to == before["pay_to"]:
        return write_fields(PAY.get(to, ()), form, base)
    return {"to": to, **write_fields(PAY.get(to, ()), form, {})}


def _write_rate(form: Mapping) -> object:
    if form.get("rate_kind") == "table":
        table = {key: _read_cell(cell, f"table.{key}") for key, cell in form.get("table") or ()}
        ladder = {"ladder": form["by_ladder"]} if form.get("by_ladder") else {}
        return {"by": form.get("by") or "", **ladder, "table": table}
    if form.get("rate_kind") == "brackets":
        inner = write_fields(BY, form, {})
        if form.get("marginal"):
            inner["marginal"] = True
        inner["steps"] = [
            {"from": start, "rate": _read_cell(cell, f"steps.{start}")}
            for start, cell in form.get("steps") or ()
        ]
        return {"brackets": inner}
    return _read_cell(form.get("rate") or "", "rate")


def _read_cell(text: str, path: str) -> object:
    text = str(text or "").strip()
    return load_value(text, path) if text.startswith("{") else text


RULE_ORDER = (
    "id", "on", "period", "renewal", "kind", "first", "give", "pay", "when", "of", "rate", "basis", "per",
    "budget", "cap", "reserve", "reversal",
)  # fmt: skip


def _in_order(rule: dict) -> dict:
    """Keep the words in the order files have them; a word that is new goes to its usual place."""
    return {key: rule[key] for key in sorted(rule, key=lambda key: _place(key))}


def _place(key: str) -> int:
    return RULE_ORDER.index(key) if key in RULE_ORDER else len(RULE_ORDER)


# ------------------------------------------------------------------
# Ladders
# ------------------------------------------------------------------

RANK = (
    Field("code", ("rank",)),
    Field("after", ("after",)),
    Field("demote", ("demote",), "flag", True),
    Field("grace", ("grace",), "number", 0),
)


def ranks_of(ladder: object) -> list:
    return list(ladder["ranks"] if isinstance(ladder, Mapping) else ladder or [])


def read_rank(rank: Mapping) -> dict:
    """Return the form of a rank; ``any`` and ``all`` are lists of conditions."""
    lists = {name: list(rank.get(name) or []) for name in ("any", "all")}
    return show_fields(RANK, rank) | lists


def write_rank(form: Mapping, base: Mapping | None = None) -> dict:
    """Return the rank a form describes."""
    base = base or {}
    rank = write_fields(RANK, form, base)
    for name in ("any", "all"):
        if name in form and form[name] != list(base.get(name) or []):
            put_in(rank, (name,), form[name] or None)
    return rank


def write_ladder(roles: str, ranks: list, base: object = None) -> object:
    """Return a ladder: a list of ranks, or a mapping where it has its own roles."""
    field = Field("roles", ("roles",), "words")
    if isinstance(base, Mapping):
        ladder = write_fields((field,), {"roles": roles}, base)
        return {**ladder, "ranks": ranks}
    return {"roles": field.parse(roles), "ranks": ranks} if roles else ranks
