"""Reading of scenario files: YAML or JSON to frozen values, or an error with line and suggestion."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import yaml

from ..kernel.errors import PlanError
from ..kernel.plan_file import find_line, load_plan
from ..kernel.reader import Reader, read_amount, read_choice, suggest
from . import figures
from .types import AS_SPONSOR, Event, Line, Person, Scenario
from .vocabulary import EVENTS, REFUSALS, REGION_LEVELS, ROLES, ROUTES, SIDES, TIERS, Key

PLANS = Path(__file__).parents[1] / "plans"
NOON = 12
_LEFT_OUT = object()


def load_scenario(text: str, path: str = "", plans: Path = PLANS) -> Scenario:
    """Return the scenario in a file's text.

    :param plans: folder of the shipped plans
    :raise PlanError: with ``line`` among its values; see :func:`describe`
    """
    try:
        return _Loader(text, path, plans).load()
    except PlanError as error:
        error.values.setdefault("line", find_line(text, error.path))
        raise


def describe(error: PlanError) -> str:
    """Return an error as a sentence: line, place, what is wrong, what was probably meant.

    >>> describe(PlanError("unknown_key", "people[0].rol", key="rol", suggestion="role", line=3))
    'line 3: people[0].rol: unknown key "rol"; did you mean "role"?'
    """
    values = error.values
    problems = {
        "unknown_key": f'unknown key "{values.get("key")}"',
        "unknown_value": f'"{values.get("value")}" is not possible here',
        "unknown_person": f'"{values.get("value")}" is nobody of this scenario',
        "unknown_order": f'no earlier event has the key "{values.get("value")}"',
        "unknown_plan": f'there is no plan "{values.get("value")}"',
        "missing_key": f'"{values.get("key")}" is missing',
        "duplicate_key": f'"{values.get("key") or values.get("value")}" is given twice',
        "bad_amount": f'"{values.get("value")}" is not an amount; write it like "5.00"',
        "bad_syntax": f"not valid YAML: {values.get('problem')}",
        "back_in_time": f"{values.get('value')} is before the event above ({values.get('before')})",
        "wrong_type": f"{values.get('expected', 'something else')} belongs here",
        "contradiction": f"{values.get('value')} contradict each other",
        "circle": f'"{values.get("value")}" stands above themselves',
    }
    parts = [f"line {values['line']}"] if values.get("line") else []
    if error.path:
        parts.append(error.path)
    problem = problems.get(error.code, f"{error.code} {values}")
    if values.get("suggestion"):
        problem += f'; did you mean "{values["suggestion"]}"?'
    elif values.get("known"):
        problem += f" (known: {values['known']})"
    return ": ".join((*parts, problem))


class _Loader:
    """Reads one file; people and order keys are known as far as it has read."""

    def __init__(self, text: str, path: str, plans: Path):
        self.text, self.path, self.plans = text, path, plans
        self.lines: dict[int, int] = {}
        self.ids: list[str] = []
        self.keys: dict[str, str] = {}  # order or withdrawal key → kind of event

    def load(self) -> Scenario:
        content = load_plan(self.text)
        reader = Reader(content, "")
        name = reader.text("scenario", required=True)
        currency = reader.text("currency", required=True)
        definitions = self._read_plans(reader)
        rules = reader.words("rules")
        rates = self._read_rates(reader)
        newcomers = _find_newcomers(content.get("events"))
        people = self._read_people(reader, newcomers)
        events = self._read_events(reader)
        reader.finish()
        self._check_circles(people)
        return Scenario(name, currency, definitions, rules, rates, people, events, self.path)

    # ------------------------------------------------------------------
    # Plans and rates
    # ------------------------------------------------------------------

    def _read_plans(self, reader: Reader) -> dict[str, Mapping]:
        """Return code → definition of the plans in force: shipped ones, then those of the file."""
        inline = {}
        values = reader.take("plan_files", [])
        items = list(values.values()) if isinstance(values, Mapping) else values
        if not isinstance(items, list):
            raise PlanError("wrong_type", "plan_files", expected="a list of plans")
        for index, item in enumerate(items):
            definition = load_plan(item) if isinstance(item, str) else item
            if not isinstance(definition, Mapping) or not isinstance(definition.get("plan"), str):
                raise PlanError("missing_key", f"plan_files[{index}]", key="plan")
            inline[definition["plan"]] = dict(definition)
        shipped = {file.stem for file in self.plans.glob("*.yaml")}
        definitions = {}
        for index, code in enumerate(reader.words("plans")):
            if code in inline:
                definitions[code] = inline[code]
            elif code in shipped:
                definitions[code] = _load_shipped(self.plans / f"{code}.yaml")
            else:
                raise PlanError(
                    "unknown_plan",
                    f"plans[{index}]",
                    value=code,
                    suggestion=suggest(code, shipped | set(inline)),
                )
        return definitions | inline

    def _read_rates(self, reader: Reader) -> dict[str, dict[date, Decimal]]:
        values = reader.take("rates", {})
        if not isinstance(values, Mapping):
            raise PlanError("wrong_type", "rates", expected="currency: rate")
        rates: dict[str, dict[date, Decimal]] = {}
        for currency, value in values.items():
            path = f"rates.{currency}"
            dated = value if isinstance(value, Mapping) else {date.min.isoformat(): value}
            rates[currency] = {
                _read_day(day, path): _positive(read_amount(rate, path), path)
                for day, rate in dated.items()
            }
        return rates

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def _read_people(self, reader: Reader, newcomers: Collection[str]) -> tuple[Person, ...]:
        values = reader.take("people", [])
        if not isinstance(values, list):
            raise PlanError("wrong_type", "people", expected="a list of people")
        readers = [Reader(value, f"people[{index}]") for index, value in enumerate(values)]
        for inner in readers:
            person_id = inner.text("id", required=True)
            if person_id in self.ids:
                raise PlanError("duplicate_key", inner.at("id"), value=person_id)
            self.ids.append(person_id)
        people = [
            self._read_person(inner, self.ids[number], number, newcomers)
            for number, inner in enumerate(readers)
        ]
        for person_id in newcomers:
            if person_id not in self.ids:
                people.append(Person(person_id, len(people), signs_up=True))
                self.ids.append(person_id)
        return tuple(people)

    def _read_person(self, reader: Reader, person_id: str, number: int, newcomers) -> Person:
        placement = reader.take("placement", AS_SPONSOR)
        if placement not in (AS_SPONSOR, None):
            placement = self._read_who(placement, reader.at("placement"))
        company = reader.take("company", False)
        if not isinstance(company, bool):
            company = self._read_who(company, reader.at("company"))
        joined = reader.take("joined")
        person = Person(
            id=person_id,
            number=number,
            role=reader.choice("role", ROLES, "member"),
            sponsor=self._optional_who(reader, "sponsor"),
            parent=self._optional_who(reader, "parent"),
            manager=self._optional_who(reader, "manager"),
            placement=placement,
            side=_optional(reader, "side", SIDES),
            tier=_optional(reader, "tier", TIERS),
            country=reader.text("country"),
            region=_read_region(reader.take("region", {}), reader.at("region")),
            joined=_read_at(joined, reader.at("joined")) if joined else None,
            ranks=_read_texts(reader.take("ranks", {}), reader.at("ranks")),
            training=reader.words("training"),
            team=reader.text("team"),
            route=reader.choice("route", ROUTES, "bill"),
            kyc=_read_flag(reader, "kyc", True),
            company=company,
            signs_up=person_id in newcomers,
        )
        reader.finish()
        return person

    def _optional_who(self, reader: Reader, key: str) -> str | None:
        value = reader.take(key)
        return None if value is None else self._read_who(value, reader.at(key))

    def _read_who(self, value: object, path: str) -> str:
        if not isinstance(value, str):
            raise PlanError("wrong_type", path, expected="the id of a person")
        if value not in self.ids:
            raise PlanError(
                "unknown_person", path, value=value, suggestion=suggest(value, self.ids)
            )
        return value

    def _check_circles(self, people: Collection[Person]) -> None:
        sponsors = {person.id: person.sponsor for person in people}
        for number, person in enumerate(people):
            seen, above = {person.id}, person.sponsor
            while above is not None:
                if above == person.id:
                    raise PlanError("circle", f"people[{number}].sponsor", value=person.id)
                if above in seen:
                    break
                seen.add(above)
                above = sponsors.get(above)

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def _read_events(self, reader: Reader) -> tuple[Event, ...]:
        values = reader.take("events", required=True)
        self.lines = _find_lines(self.text)
        events: list[Event] = []
        for index, value in enumerate(values):
            event = self._read_event(Reader(value, f"events[{index}]"), index)
            if events and event.at < events[-1].at:
                raise PlanError(
                    "back_in_time",
                    f"events[{index}].at",
                    value=event.at,
                    before=events[-1].at,
                )
            events.append(event)
        return tuple(events)

    def _read_event(self, reader: Reader, index: int) -> Event:
        at = _read_at(reader.take("at", required=True), reader.at("at"))
        do = reader.choice("do", EVENTS, required=True)
        fails = _optional(reader, "fails", REFUSALS)
        read = figures.FIGURES if do == "expect" else {}
        args: dict[str, object] = {}
        found: list[figures.Figure] = []
        for name, key in EVENTS[do].items():
            value = reader.take(name, _LEFT_OUT, required=key.required)
            if value is _LEFT_OUT:
                continue
            if name in read:
                found += read[name](value, reader.at(name), self._read_who)
            else:
                args[name] = self._read_value(key, value, reader.at(name), do)
        reader.finish()
        self._complete(do, args, reader.path, index)
        if do == "expect" and fails:
            raise PlanError("contradiction", reader.path, value="expect and fails")
        return Event(index, at, do, args, tuple(found), fails, self.lines.get(index))

    def _complete(self, do: str, args: dict, path: str, index: int) -> None:
        """Check what keys need of each other, and fill in defaults."""
        if do == "pay":
            if "lines" in args and {"item", "quantity", "amount"} & set(args):
                raise PlanError("contradiction", path, value="lines and item, quantity or amount")
            if "lines" not in args:
                if "item" not in args:
                    raise PlanError("missing_key", path, key="item")
                line = Line(args.pop("item"), args.pop("quantity", 1), args.pop("amount", None))
                args["lines"] = (line,)
        if do == "signup" and {"code", "touch"} <= set(args):
            raise PlanError("contradiction", path, value="code and touch")
        if do == "grant_rank":
            args["ranks"] = _read_granted(args, path)
        if "key" in EVENTS[do]:
            key = args.setdefault("key", f"event {index + 1}")
            self.keys[key] = do

    def _read_value(self, key: Key, value: object, path: str, do: str) -> object:
        match key.kind:
            case "person" | "newcomer":
                return self._read_who(value, path)
            case "order":
                return self._read_order(value, path)
            case "key":
                if not isinstance(value, str):
                    raise PlanError("wrong_type", path, expected="text")
                if value in self.keys:
                    raise PlanError("duplicate_key", path, value=value)
                return value
            case "amount":
                return read_amount(value, path)
            case "count":
                return _read_count(value, path)
            case "day":
                return _read_day(value, path)
            case "choice":
                return read_choice(value, key.choices, path)
            case "region":
                return _read_region(value, path)
            case "ranks":
                return _read_texts(value, path)
            case "rank":
                return value if isinstance(value, str) else _read_texts(value, path)
            case "lines":
                return _read_lines(value, path)
        if not isinstance(value, str):
            raise PlanError("wrong_type", path, expected="text")
        return value

    def _read_order(self, value: object, path: str) -> str:
        if value not in self.keys:
            raise PlanError(
                "unknown_order", path, value=str(value), suggestion=suggest(value, self.keys)
            )
        return value


# ----------------------------------------------------------------------
# Values
# ----------------------------------------------------------------------


@lru_cache
def _load_shipped(path: Path) -> Mapping:
    return load_plan(path.read_text(encoding="utf-8"))


def _find_lines(text: str) -> dict[int, int]:
    """Return number of an event → its line, in one reading."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, value in root.value:
        if key.value == "events":
            return {i: item.start_mark.line + 1 for i, item in enumerate(value.value)}
    return {}


def _find_newcomers(events: object) -> list[str]:
    """Return who signs up in an event, in order: they do not exist before it."""
    if not isinstance(events, list):
        raise PlanError("wrong_type", "events", expected="a list of events")
    found = (
        event.get("who")
        for event in events
        if isinstance(event, Mapping) and event.get("do") == "signup"
    )
    return [who for who in dict.fromkeys(found) if isinstance(who, str)]


def _optional(reader: Reader, key: str, choices: Collection[str]) -> str | None:
    value = reader.take(key)
    return None if value is None else read_choice(value, choices, reader.at(key))


def _read_flag(reader: Reader, key: str, default: bool) -> bool:
    value = reader.take(key, default)
    if not isinstance(value, bool):
        raise PlanError("wrong_type", reader.at(key), expected="true or false")
    return value


def _read_at(value: object, path: str) -> datetime:
    """Return a naive UTC instant; a bare date is 12:00."""
    if type(value) is date:
        return datetime(value.year, value.month, value.day, NOON)
    try:
        if isinstance(value, str) and len(value) == len("2026-01-01"):
            return _read_at(date.fromisoformat(value), path)
        at = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        raise PlanError("wrong_type", path, expected="a date, or a date with a time") from None
    return at.astimezone(timezone.utc).replace(tzinfo=None) if at.tzinfo else at


def _read_day(value: object, path: str) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise PlanError("wrong_type", path, expected="a date") from None


def _read_count(value: object, path: str) -> int:
    amount = read_amount(value, path)
    if amount != amount.to_integral_value() or amount < 1:
        raise PlanError("wrong_type", path, expected="a whole number above zero")
    return int(amount)


def _positive(amount: Decimal, path: str) -> Decimal:
    if not amount:
        raise PlanError("bad_amount", path, value="0")
    return amount


def _read_texts(value: object, path: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
        raise PlanError("wrong_type", path, expected="word: word")
    return dict(value)


def _read_region(value: object, path: str) -> dict[str, str]:
    region = _read_texts(value, path)
    for level in region:
        if level not in REGION_LEVELS:
            raise PlanError(
                "unknown_key",
                f"{path}.{level}",
                key=level,
                suggestion=suggest(level, REGION_LEVELS),
            )
    return region


def _read_lines(value: object, path: str) -> tuple[Line, ...]:
    if not isinstance(value, list) or not value:
        raise PlanError("wrong_type", path, expected="a list of lines")
    lines = []
    for index, item in enumerate(value):
        inner = Reader(item, f"{path}[{index}]")
        amount = inner.take("amount")
        lines.append(
            Line(
                inner.text("item", required=True),
                _read_count(inner.take("quantity", 1), inner.at("quantity")),
                None if amount is None else read_amount(amount, inner.at("amount")),
            )
        )
        inner.finish()
    return tuple(lines)


def _read_granted(args: dict, path: str) -> dict[str, str]:
    """``ladder`` and ``rank``, or ``rank: {ladder: rank}``, or ``ranks: {ladder: rank}``."""
    rank = args.pop("rank", None)
    ladder = args.pop("ladder", None)
    ranks = args.pop("ranks", {})
    if isinstance(rank, Mapping):
        ranks = {**ranks, **rank}
    elif rank is not None:
        if ladder is None:
            raise PlanError("missing_key", path, key="ladder")
        ranks = {**ranks, ladder: rank}
    if not ranks:
        raise PlanError("missing_key", path, key="rank")
    return ranks
