"""What ``expect`` says, read to single figures; and how two figures compare."""

from collections.abc import Callable, Mapping

from ..kernel.errors import PlanError
from ..kernel.reader import read_choice, read_decimal, suggest
from .types import Figure
from .vocabulary import ANSWERS, CASH_STATES, GUILD_FIGURES, POINT_STATES, REWARD_FIGURES, TIERS

ReadWho = Callable[[object, str], str]
UNLIMITED = "unlimited"


def _mapping(value: object, path: str) -> Mapping:
    if not isinstance(value, Mapping):
        raise PlanError("wrong_type", path, expected="who: what")
    return value


def _choice(word: str, choices, path: str) -> str:
    if word not in choices:
        raise PlanError(
            "unknown_key", f"{path}.{word}", key=word, suggestion=suggest(word, choices)
        )
    return word


def _people(value, path, read_who):
    """Yield (person, what is said of them, path)."""
    for name, inner in _mapping(value, path).items():
        yield read_who(name, f"{path}.{name}"), inner, f"{path}.{name}"


def _states(subject: str, states) -> Callable:
    def read(value, path, read_who):
        return [
            Figure(
                subject,
                (person, _choice(state, states, inner_path)),
                read_decimal(amount, f"{inner_path}.{state}"),
            )
            for person, inner, inner_path in _people(value, path, read_who)
            for state, amount in _mapping(inner, inner_path).items()
        ]

    return read


def _read_rank(value, path, read_who):
    return [
        Figure("rank", (person, ladder), _text_or_none(rank, f"{inner_path}.{ladder}"))
        for person, inner, inner_path in _people(value, path, read_who)
        for ladder, rank in _mapping(inner, inner_path).items()
    ]


def _read_tier(value, path, read_who):
    return [
        Figure("tier", (person,), read_choice(tier, TIERS, inner_path))
        for person, tier, inner_path in _people(value, path, read_who)
    ]


def _read_quota(value, path, read_who):
    return [
        Figure(
            "quota",
            (person, quota),
            left if left == UNLIMITED else read_decimal(left, f"{inner_path}.{quota}"),
        )
        for person, inner, inner_path in _people(value, path, read_who)
        for quota, left in _mapping(inner, inner_path).items()
    ]


def _amounts(subject: str) -> Callable:
    def read(value, path, read_who):
        return [
            Figure(subject, (person,), read_decimal(amount, inner_path))
            for person, amount, inner_path in _people(value, path, read_who)
        ]

    return read


def _read_pool(value, path, _read_who):
    return [
        Figure("pool", (pool,), read_decimal(amount, f"{path}.{pool}"))
        for pool, amount in _mapping(value, path).items()
    ]


def _read_guild(value, path, _read_who):
    return [
        Figure(
            "guild",
            (guild, _choice(name, GUILD_FIGURES, f"{path}.{guild}")),
            read_decimal(amount, f"{path}.{guild}.{name}"),
        )
        for guild, inner in _mapping(value, path).items()
        for name, amount in _mapping(inner, f"{path}.{guild}").items()
    ]


def _read_program_points(value, path, read_who):
    return [
        Figure("program_points", (program, person), read_decimal(amount, inner_path))
        for program, inner in _mapping(value, path).items()
        for person, amount, inner_path in _people(inner, f"{path}.{program}", read_who)
    ]


def _above(subject: str) -> Callable:
    def read(value, path, read_who):
        return [
            Figure(subject, (person,), None if above is None else read_who(above, inner_path))
            for person, above, inner_path in _people(value, path, read_who)
        ]

    return read


def _read_lead(value, path, read_who):
    found = []
    for person, inner, inner_path in _people(value, path, read_who):
        for name, said in _mapping(inner, inner_path).items():
            _choice(name, ("won", "salesperson"), inner_path)
            if name == "salesperson" and said is not None:
                said = read_who(said, f"{inner_path}.{name}")
            elif name == "won" and not isinstance(said, bool):
                raise PlanError("wrong_type", f"{inner_path}.{name}", expected="true or false")
            found.append(Figure("lead", (person, name), said))
    return found


def _read_price(value, path, _read_who):
    """A price, or plan: price where several plans have green points."""
    if isinstance(value, Mapping):
        return [
            Figure("price", (plan,), read_decimal(price, f"{path}.{plan}"))
            for plan, price in value.items()
        ]
    return [Figure("price", (), read_decimal(value, path))]


def _read_votes(value, path, _read_who):
    return [
        Figure(
            "votes", (poll, _choice(answer, ANSWERS, f"{path}.{poll}")), read_decimal(count, path)
        )
        for poll, counts in _mapping(value, path).items()
        for answer, count in _mapping(counts, f"{path}.{poll}").items()
    ]


def _text_or_none(value: object, path: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise PlanError("wrong_type", path, expected="a word, or null for none")
    return value


def _texts(subject: str) -> Callable:
    def read(value, path, read_who):
        return [
            Figure(subject, (person,), _text_or_none(word, inner_path))
            for person, word, inner_path in _people(value, path, read_who)
        ]

    return read


def _read_until(value, path, read_who):
    """The first day that is not paid for, or null."""
    return [
        Figure("until", (person,), day if day is None else str(day)[:10])
        for person, day, _inner_path in _people(value, path, read_who)
    ]


def _read_paid(value, path, _read_who):
    return [
        Figure("paid", (order,), read_decimal(amount, f"{path}.{order}"))
        for order, amount in _mapping(value, path).items()
    ]


def _of_orders(subject: str) -> Callable:
    """Order → a word or nothing."""

    def read(value, path, _read_who):
        return [
            Figure(subject, (order,), _text_or_none(word, f"{path}.{order}"))
            for order, word in _mapping(value, path).items()
        ]

    return read


# subject → (value, path, who reader) → figures
FIGURES: dict[str, Callable] = {
    "cash": _states("cash", CASH_STATES),
    "points": _states("points", POINT_STATES),
    "rank": _read_rank,
    "tier": _read_tier,
    "quota": _read_quota,
    "bills": _amounts("bills"),
    "growth": _amounts("growth"),
    "pool": _read_pool,
    "guild": _read_guild,
    "placement": _above("placement"),
    "sponsor": _above("sponsor"),
    "lead": _read_lead,
    "price": _read_price,
    "plan": _texts("plan"),
    "until": _read_until,
    "member": _texts("member"),
    "paid": _read_paid,
    "rewards": _states("rewards", REWARD_FIGURES),
    "votes": _read_votes,
    "winner": _of_orders("winner"),
    "evidence": _of_orders("evidence"),
    "program_points": _read_program_points,
}


def show(value: object) -> str:
    """Return a figure for people to read.

    >>> show(Decimal("5.00")), show(None), show(True)
    ('5.00', 'nobody or nothing', 'true')
    """
    if value is None:
        return "nobody or nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
