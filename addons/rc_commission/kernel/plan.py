"""From a plan definition (plain dicts, lists, texts) to a PlanVersion, or an error with its path."""

from collections.abc import Mapping

from .errors import PlanError
from .reader import Reader, read_amount, read_choice, read_percent
from .rules import BENEFICIARIES, CONDITIONS
from .rules.parsing import parse_rate
from .types import Limits, PlanVersion, Rule, SettlementTerms

KINDS = ("first", "renewal", "upgrade", "package", "other")
ROLES = ("member", "staff", "partner", "venue", "promoter")
# "first" of the file means money that is not a renewal: a product without a period has no kind
NEW_KINDS = tuple(kind for kind in KINDS if kind != "renewal")


def parse_plan(definition: Mapping, digits: int, version: int = 1) -> PlanVersion:
    """Return the plan a definition describes.

    :param definition: content of a plan file (see ``plan_file.load_plan``)
    :param digits: decimals of the plan's currency
    :raise PlanError: with code and path; unknown keys are errors, and so are words of the format
        that this engine does not support yet
    """
    reader = Reader(definition, "", planned=("ladders",))
    plan = PlanVersion(
        code=reader.text("plan", required=True),
        name=reader.text("name", required=True),
        version=version,
        currency=reader.text("currency", required=True),
        digits=digits,
        roles=_parse_roles(reader),
        basis=reader.choice("basis", ("net", "gross"), "net", planned=("margin",)),
        hold_days=reader.integer("hold_days", default=30, least=0, most=3650),
        clawback=reader.choice("clawback", ("proportional",), "proportional", ("full", "none")),
        settlement=_parse_settlement(reader),
        limits=_parse_limits(reader),
        rules=_parse_rules(reader),
    )
    reader.finish()
    return plan


def _parse_roles(reader: Reader) -> tuple[str, ...]:
    roles = reader.words("roles")
    for index, role in enumerate(roles):
        read_choice(role, ROLES, f"{reader.at('roles')}[{index}]")
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
    inner = Reader(reader.take("limits", {}), reader.at("limits"), planned=("per_payee_day",))
    levels = inner.take("levels", 2)
    if levels == "none":
        levels = None
    elif isinstance(levels, bool) or not isinstance(levels, int) or levels < 1:
        raise PlanError("wrong_type", inner.at("levels"), expected="levels")
    per_sale = inner.take("per_sale")
    limits = Limits(
        levels=levels,
        per_sale=None if per_sale is None else read_percent(per_sale, inner.at("per_sale")),
        on_limit=inner.choice("on_limit", ("scale", "cut"), "scale", planned=("review",)),
    )
    inner.finish()
    return limits


def _parse_rules(reader: Reader) -> tuple[Rule, ...]:
    values = reader.take("rules", required=True)
    if not isinstance(values, list) or not values:
        raise PlanError("wrong_type", "rules", expected="rules")
    rules = tuple(_parse_rule(value, f"rules[{index}]") for index, value in enumerate(values))
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        if rule.id in seen:
            raise PlanError("duplicate_rule", f"rules[{index}].id", value=rule.id)
        seen.add(rule.id)
    return rules


def _parse_rule(value: object, path: str) -> Rule:
    reader = Reader(value, path, planned=("period", "give", "first", "reserve", "of", "after"))
    rule_id = reader.text("id", required=True)
    if not rule_id or "|" in rule_id or "." in rule_id:
        raise PlanError("wrong_type", reader.at("id"), expected="id")
    rule = Rule(
        id=rule_id,
        on=reader.choice(
            "on", ("payment",), planned=("signup", "mission", "pickup", "close"), required=True
        ),
        kinds=_parse_kinds(reader),
        beneficiary=_parse_beneficiary(reader.take("pay", required=True), reader.at("pay")),
        rate=parse_rate(reader.take("rate", required=True), reader.at("rate")),
        conditions=_parse_conditions(reader.take("when", []), reader.at("when")),
        per=reader.choice("per", ("order", "unit"), "order"),
    )
    reader.finish()
    return rule


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
    to = Reader(value, path).take("to", required=True)
    word = read_choice(to, list(BENEFICIARIES), f"{path}.to", BENEFICIARIES.planned)
    block = BENEFICIARIES[word]
    reader = Reader(value, path, planned=block.planned)
    reader.take("to")
    beneficiary = block.parse(reader)
    reader.finish()
    return beneficiary


def _parse_conditions(value: object, path: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise PlanError("wrong_type", path, expected="conditions")
    found = []
    for index, item in enumerate(value):
        reader = Reader(item, f"{path}[{index}]", planned=CONDITIONS.planned)
        for word in CONDITIONS:
            inner = reader.take(word)
            if inner is not None:
                found.append(CONDITIONS[word].parse(inner, reader.at(word)))
        reader.finish()
    return tuple(found)
