"""What must fit together in a plan: ladders, ranks, pools and rules that others name."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from .errors import PlanError
from .reader import suggest
from .rules import BENEFICIARIES, RATES
from .types import PlanVersion, Rule

ON_CLOSE = ("each", "team", "pool_share", "match", "person", "pool")
RECOUNTED = ("each", "team", "match", "person")  # pools and their shares stay


def check_plan(plan: PlanVersion) -> None:
    """Refuse a plan that names what it does not have, or whose parts contradict each other."""
    for index, rule in enumerate(plan.rules):
        _check_rule(plan, rule, f"rules[{index}]")
    for ladder in plan.ladders:
        for index, rank in enumerate(ladder.ranks):
            path = f"ladders.{ladder.code}[{index}]"
            _check_names(plan, rank, path)
            if rank.after is not None and not 0 <= ladder.index(rank.after) < index:
                _unknown(
                    "unknown_rank",
                    f"{path}.after",
                    rank.after,
                    [r.code for r in ladder.ranks[:index]],
                )
    for index, move in enumerate(plan.moves):
        _check_names(plan, move, f"moves[{index}]")
    _check_pools(plan)
    _check_matches(plan)


def _check_rule(plan: PlanVersion, rule: Rule, path: str) -> None:
    _check_names(plan, rule, path)
    closes = rule.on == "close"
    word = BENEFICIARIES.word_of(rule.beneficiary)
    if closes and word not in ON_CLOSE:
        raise PlanError("not_here", f"{path}.pay.to", key=word)
    if getattr(rule.beneficiary, "shares_pool", False) and not closes:
        raise PlanError("not_here", f"{path}.pay.to", key="pool_share")
    if getattr(rule.beneficiary, "shares_pool", False) and not isinstance(
        rule.rate, RATES["table_by_rank"] | RATES["percent"]
    ):
        raise PlanError("wrong_type", f"{path}.rate", expected="table_by_rank")
    table = getattr(rule.beneficiary, "table", None)
    if table and not isinstance(rule.rate, RATES[f"table_by_{table}"]):
        raise PlanError("wrong_type", f"{path}.rate", expected=f"table_by_{table}")
    if getattr(rule.beneficiary, "fills_pool", False) and rule.give != "cash":
        raise PlanError("not_here", f"{path}.give", key=rule.give)
    if rule.give in ("coupon", "days") and _has_percent(rule.rate):
        raise PlanError("not_here", f"{path}.give", key=rule.give)
    if rule.is_recounted and not (closes and rule.give == "cash" and word in RECOUNTED):
        raise PlanError("not_here", f"{path}.reversal", key="recompute")
    if rule.on == "clicks" and rule.budget is None:
        raise PlanError("missing_key", path, key="budget")  # clicks bring no money in
    by_milestone = isinstance(rule.rate, RATES["table_by_milestone"])
    if (rule.on == "reach") != by_milestone:
        raise PlanError("wrong_type", f"{path}.rate", expected="table_by_milestone")
    if rule.on == "reach" and rule.of is None:
        raise PlanError("missing_key", path, key="of")
    if isinstance(rule.rate, RATES["table_by_place"]) and (not closes or rule.of is None):
        raise PlanError("missing_key", path, key="of")
    if closes and _has_percent(rule.rate) and rule.of is None and not _is_share(rule):
        raise PlanError("missing_key", path, key="of")


def pays_cash(plan: PlanVersion, trigger: str, role: str, is_own: bool) -> bool:
    """Tell whether a plan pays somebody of ``role`` money for an event about a person.

    :param trigger: signup or clicks
    :param is_own: the event is about the payee (``each``), not about somebody they brought
    """
    word = "each" if is_own else "sponsor"
    return (not plan.roles or role in plan.roles) and any(
        rule.on == trigger
        and rule.give == "cash"
        and BENEFICIARIES.word_of(rule.beneficiary) == word
        for rule in plan.rules
    )


def _is_share(rule: Rule) -> bool:
    """Whether a percentage of a close rule is of something the beneficiary names."""
    return (
        getattr(rule.beneficiary, "shares_pool", False)
        or getattr(rule.beneficiary, "matches", False)
        or isinstance(rule.rate, RATES["brackets"])
    )


def _has_percent(value: object) -> bool:
    return any(isinstance(part, RATES["percent"]) for part in _parts(value))


def _parts(value: object) -> Iterator[object]:
    """Yield a block and everything inside it."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from _parts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _parts(getattr(value, field.name))


def _check_names(plan: PlanVersion, block: object, path: str) -> None:
    """Refuse ladders the plan does not have, and ranks the ladder does not have."""
    for part in _parts(block):
        code = getattr(part, "ladder", None)
        if not isinstance(code, str):
            continue
        ladder = plan.ladder(code)
        if ladder is None:
            _unknown("unknown_ladder", path, code, [ladder.code for ladder in plan.ladders])
        known = [rank.code for rank in ladder.ranks]
        named = [getattr(part, name, None) for name in ("rank", "earner_rank", "people")]
        if isinstance(part, RATES["table_by_rank"]):
            named += [key for key, _rate in part.table]
        for rank in named:
            if isinstance(rank, str) and rank not in known:
                _unknown("unknown_rank", path, rank, known)


def _check_pools(plan: PlanVersion) -> None:
    filled = {
        rule.beneficiary.pool
        for rule in plan.rules
        if isinstance(rule.beneficiary, BENEFICIARIES["pool"])
    }
    for index, rule in enumerate(plan.rules):
        if getattr(rule.beneficiary, "shares_pool", False) and rule.beneficiary.pool not in filled:
            _unknown("unknown_pool", f"rules[{index}].pay.pool", rule.beneficiary.pool, filled)
    if plan.green and plan.green.pool not in filled:
        _unknown("unknown_pool", "green.pool", plan.green.pool, filled)


def _check_matches(plan: PlanVersion) -> None:
    """Matches may match rules and earlier matches, so that none waits for itself."""
    known = {rule.id: index for index, rule in enumerate(plan.rules)}
    for index, rule in enumerate(plan.rules):
        if not getattr(rule.beneficiary, "matches", False):
            continue
        for name in rule.beneficiary.rules:
            path = f"rules[{index}].pay.rules"
            if name not in known:
                _unknown("unknown_rule", path, name, known)
            other = plan.rules[known[name]]
            if getattr(other.beneficiary, "matches", False) and known[name] >= index:
                raise PlanError("match_circle", path, value=name)
            if other.on != rule.on or other.period != rule.period:
                raise PlanError("contradiction", path, value=name)


def _unknown(code: str, path: str, value: str, known) -> None:
    raise PlanError(
        code, path, value=value, suggestion=suggest(value, known), known=", ".join(sorted(known))
    )
