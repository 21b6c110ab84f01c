"""From a plan definition (plain dicts, lists, texts) to a PlanVersion, or an error with its path."""

from collections.abc import Mapping
from dataclasses import replace

from .errors import PlanError
from .plan_check import check_plan
from .reader import Reader, read_amount, read_choice, read_percent, read_share
from .rules import BENEFICIARIES, MOVES
from .rules.metric import Metric
from .rules.parsing import parse_conditions, parse_rate
from .types import (
    Budget,
    Green,
    Ladder,
    Limits,
    PlanVersion,
    Rank,
    Reserve,
    Rule,
    SettlementTerms,
)

KINDS = ("first", "renewal", "upgrade", "package", "other")
ROLES = ("member", "staff", "partner", "venue", "promoter")
TRIGGERS = ("payment", "signup", "clicks", "mission", "pickup", "reach", "close")
BASES = ("net", "gross", "margin")
GIVES = ("cash", "points", "coupon", "days", "record")
CLOSES = ("week", "month", "quarter", "year")
# "first" of the file means money that is not a renewal: a product without a period has no kind
NEW_KINDS = tuple(kind for kind in KINDS if kind != "renewal")


def parse_plan(definition: Mapping, digits: int, version: int = 1) -> PlanVersion:
    """Return the plan a definition describes.

    :param definition: content of a plan file (see ``plan_file.load_plan``)
    :param digits: decimals of the plan's currency
    :raise PlanError: with code and path; unknown keys are errors
    """
    reader = Reader(definition, "")
    roles = _parse_roles(reader, "roles")
    plan = PlanVersion(
        code=reader.text("plan", required=True),
        name=reader.text("name", required=True),
        version=version,
        currency=reader.text("currency", required=True),
        digits=digits,
        roles=roles,
        basis=reader.choice("basis", BASES, "net"),
        hold_days=_parse_hold(reader),
        clawback=reader.choice("clawback", ("proportional", "full", "none"), "proportional"),
        settlement=_parse_settlement(reader),
        limits=_parse_limits(reader),
        rules=_parse_rules(reader, _parse_reserve(reader)),
        ladders=_parse_ladders(reader, roles),
        moves=_parse_moves(reader),
        green=_parse_green(reader),
        point_price=_parse_amount(reader, "point_price"),
    )
    reader.finish()
    check_plan(plan)
    return plan


def _parse_amount(reader: Reader, key: str):
    value = reader.take(key)
    return None if value is None else read_amount(value, reader.at(key))


def _parse_hold(reader: Reader) -> int | str:
    """Read ``hold_days: 30`` or ``hold: month`` (until the calendar period is over)."""
    if reader.has("hold"):
        return reader.choice("hold", CLOSES)
    reader.know("hold")
    return reader.integer("hold_days", default=30, least=0, most=3650)


def _parse_roles(reader: Reader, key: str) -> tuple[str, ...]:
    roles = reader.words(key)
    for index, role in enumerate(roles):
        read_choice(role, ROLES, f"{reader.at(key)}[{index}]")
    return roles


def _parse_settlement(reader: Reader) -> SettlementTerms:
    inner = Reader(reader.take("settlement", {}), reader.at("settlement"))
    terms = SettlementTerms(
        day=inner.integer("day", default=15, least=1, most=28),
        minimum=read_amount(inner.take("minimum", "0"), inner.at("minimum")),
    )
    inner.finish()
    return terms


def _parse_limits(reader: Reader) -> Limits:
    inner = Reader(reader.take("limits", {}), reader.at("limits"))
    levels = inner.take("levels", 2)
    if levels == "none":
        levels = None
    elif isinstance(levels, bool) or not isinstance(levels, int) or levels < 1:
        raise PlanError("wrong_type", inner.at("levels"), expected="levels")
    per_sale = inner.take("per_sale")
    limits = Limits(
        levels=levels,
        per_sale=None if per_sale is None else read_percent(per_sale, inner.at("per_sale")),
        per_payee_day=_parse_amount(inner, "per_payee_day"),
        on_limit=inner.choice("on_limit", ("scale", "cut", "review"), "scale"),
    )
    inner.finish()
    return limits


def _parse_reserve(reader: Reader) -> Reserve | None:
    if not reader.has("reserve"):
        return None
    inner = reader.inner("reserve")
    reserve = Reserve(
        share=read_share(inner.take("share", required=True), inner.at("share")),
        until=parse_conditions(inner.take("until", required=True), inner.at("until")),
        when=parse_conditions(inner.take("when", []), inner.at("when")),
    )
    inner.finish()
    return reserve


# ------------------------------------------------------------------
# Ladders, moves, green points
# ------------------------------------------------------------------


def _parse_ladders(reader: Reader, roles: tuple[str, ...]) -> tuple[Ladder, ...]:
    values = reader.take("ladders", {})
    if not isinstance(values, Mapping):
        raise PlanError("wrong_type", reader.at("ladders"), expected="mapping")
    return tuple(
        _parse_ladder(code, value, f"ladders.{code}", roles) for code, value in values.items()
    )


def _parse_ladder(code: str, value: object, path: str, roles: tuple[str, ...]) -> Ladder:
    if isinstance(value, Mapping):
        reader = Reader(value, path)
        roles = _parse_roles(reader, "roles") or roles
        value = reader.items("ranks", required=True)
        reader.finish()
        path = f"{path}.ranks"
    if not isinstance(value, list) or not value:
        raise PlanError("wrong_type", path, expected="ranks")
    ranks = tuple(_parse_rank(item, f"{path}[{index}]") for index, item in enumerate(value))
    codes = [rank.code for rank in ranks]
    for index, rank in enumerate(codes):
        if rank in codes[:index]:
            raise PlanError("duplicate_rank", f"{path}[{index}].rank", value=rank)
    return Ladder(code, ranks, roles)


def _parse_rank(value: object, path: str) -> Rank:
    reader = Reader(value, path)
    code = reader.text("rank", required=True)
    requirements: tuple[object, ...] = ()
    alternatives = reader.items("any")
    if alternatives:
        requirements += parse_conditions([{"any": alternatives}], path)
    requirements += parse_conditions(reader.items("all"), reader.at("all"))
    rank = Rank(
        code,
        requirements,
        after=reader.text("after"),
        demote=reader.flag("demote", default=True),
        grace=reader.integer("grace", default=0, least=0, most=120),
    )
    reader.finish()
    return rank


def _parse_moves(reader: Reader) -> tuple[object, ...]:
    moves = []
    for index, value in enumerate(reader.items("moves")):
        inner = Reader(value, f"moves[{index}]")
        word = inner.choice("do", list(MOVES), required=True)
        moves.append(MOVES[word].parse(inner))
        inner.finish()
    return tuple(moves)


def _parse_green(reader: Reader) -> Green | None:
    if not reader.has("green"):
        return None
    inner = reader.inner("green")
    start = read_amount(inner.take("start", "1"), inner.at("start"))
    if not start:
        raise PlanError("bad_amount", inner.at("start"), value="0")
    leave = _parse_amount(inner, "exit")
    green = Green(
        pool=inner.text("pool", required=True),
        share=read_share(inner.take("share", required=True), inner.at("share")),
        payout=read_share(inner.take("payout", "100%"), inner.at("payout")),
        start=start,
        exit=leave,
    )
    inner.finish()
    return green


# ------------------------------------------------------------------
# Rules
# ------------------------------------------------------------------


def _parse_rules(reader: Reader, reserve: Reserve | None) -> tuple[Rule, ...]:
    values = reader.take("rules", required=True)
    if not isinstance(values, list) or not values:
        raise PlanError("wrong_type", "rules", expected="rules")
    rules = tuple(_parse_rule(value, f"rules[{index}]") for index, value in enumerate(values))
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        if rule.id in seen:
            raise PlanError("duplicate_rule", f"rules[{index}].id", value=rule.id)
        seen.add(rule.id)
    if reserve is None:
        return rules
    return tuple(
        rule
        if rule.reserve or rule.give != "cash" or getattr(rule.beneficiary, "fills_pool", False)
        else replace(rule, reserve=reserve)
        for rule in rules
    )


def _parse_rule(value: object, path: str) -> Rule:
    reader = Reader(value, path)
    rule_id = reader.text("id", required=True)
    if not rule_id or set(rule_id) & set("|.:"):
        raise PlanError("wrong_type", reader.at("id"), expected="id")
    on = reader.choice("on", TRIGGERS, required=True)
    rule = Rule(
        id=rule_id,
        on=on,
        kinds=_parse_kinds(reader),
        beneficiary=_parse_beneficiary(reader.take("pay", required=True), reader.at("pay")),
        rate=parse_rate(reader.take("rate", required=True), reader.at("rate")),
        conditions=parse_conditions(reader.take("when", []), reader.at("when")),
        per=reader.choice("per", ("order", "unit"), "order"),
        give=reader.choice("give", GIVES, "cash"),
        first=reader.integer("first", default=1, least=1) if reader.has("first") else None,
        period=reader.choice("period", CLOSES, required=True) if on == "close" else None,
        of=_parse_of(reader),
        reserve=_parse_reserve(reader),
        budget=_parse_budget(reader),
        cap=_parse_amount(reader, "cap"),
        basis=reader.optional("basis", BASES),
        is_recounted=reader.optional("reversal", ("recompute", "keep")) == "recompute",
    )
    reader.finish()
    return rule


def _parse_of(reader: Reader) -> Metric | None:
    if not reader.has("of"):
        return None
    inner = reader.inner("of")
    metric = Metric.parse(inner)
    inner.finish()
    return metric


def _parse_budget(reader: Reader) -> Budget | None:
    value = reader.take("budget")
    if value is None:
        return None
    if not isinstance(value, Mapping):
        return Budget(read_amount(value, reader.at("budget")))
    inner = Reader(value, reader.at("budget"))
    budget = Budget(
        read_amount(inner.take("amount", required=True), inner.at("amount")),
        inner.optional("period", ("day", *CLOSES)),
    )
    inner.finish()
    return budget


def _parse_kinds(reader: Reader) -> tuple[str, ...] | None:
    """Return the charge kinds a rule pays on, None for all."""
    kinds = reader.words("kind")
    for index, kind in enumerate(kinds):
        read_choice(kind, KINDS, f"{reader.at('kind')}[{index}]")
    renewal = reader.choice("renewal", ("never", "only", "any"), "any")
    if renewal == "only":
        allowed = ("renewal",)
    elif renewal == "never":
        allowed = NEW_KINDS
    else:
        return kinds or None
    if not kinds:
        return allowed
    both = tuple(kind for kind in kinds if kind in allowed)
    if not both:
        raise PlanError("contradiction", reader.at("renewal"), value=renewal)
    return both


def _parse_beneficiary(value: object, path: str) -> object:
    reader = Reader(value, path)
    word = read_choice(reader.take("to", required=True), list(BENEFICIARIES), f"{path}.to")
    beneficiary = BENEFICIARIES[word].parse(reader)
    reader.finish()
    return beneficiary
