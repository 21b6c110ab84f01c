"""Reading of a definition: every key is taken once, what is left over is an error."""

import difflib
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from .errors import PlanError


def suggest(word: object, known: Collection[str]) -> str | None:
    """Return the known word nearest to ``word``, or None.

    >>> suggest("hold_day", ["hold_days", "name"])
    'hold_days'
    """
    found = difflib.get_close_matches(str(word), sorted(known), n=1)
    return found[0] if found else None


def read_decimal(value: object, path: str) -> Decimal:
    """Return an amount of either sign.

    >>> read_decimal("-5.00", "pool")
    Decimal('-5.00')
    """
    if isinstance(value, bool) or not isinstance(value, str | Decimal | int):
        raise PlanError("bad_amount", path, value=str(value))
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise PlanError("bad_amount", path, value=str(value)) from None
    if not amount.is_finite():
        raise PlanError("bad_amount", path, value=str(value))
    return amount


def read_amount(value: object, path: str) -> Decimal:
    """Return a non-negative amount from a decimal string, a Decimal or an int.

    >>> read_amount("10.00", "rate")
    Decimal('10.00')
    """
    amount = read_decimal(value, path)
    if amount < 0:
        raise PlanError("bad_amount", path, value=str(value))
    return amount


def read_percent(value: object, path: str) -> Fraction:
    """Return the share a text like ``"12.5%"`` stands for.

    >>> read_percent("10%", "rate")
    Fraction(1, 10)
    """
    if not isinstance(value, str) or not value.strip().endswith("%"):
        raise PlanError("bad_percent", path, value=str(value))
    try:
        return Fraction(read_amount(value.strip()[:-1].strip(), path)) / 100
    except PlanError:
        raise PlanError("bad_percent", path, value=value) from None


def read_share(value: object, path: str) -> Fraction:
    """Return a share that cannot be more than the whole.

    >>> read_share("100%", "share")
    Fraction(1, 1)
    """
    share = read_percent(value, path)
    if share > 1:
        raise PlanError("out_of_range", path, value=value, least="0%", most="100%")
    return share


class Reader:
    """A mapping of a definition being read; ``finish()`` refuses what nobody took."""

    def __init__(self, mapping: object, path: str):
        if not isinstance(mapping, Mapping):
            raise PlanError("wrong_type", path, expected="mapping")
        self.path = path
        self._left = dict(mapping)
        self._known: set[str] = set()

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str, default: object = None, required: bool = False) -> object:
        self._known.add(key)
        if key not in self._left:
            if required:
                raise PlanError("missing_key", self.path or key, key=key)
            return default
        return self._left.pop(key)

    def text(self, key: str, default: str | None = None, required: bool = False) -> str | None:
        value = self.take(key, default, required)
        if value is not None and not isinstance(value, str):
            raise PlanError("wrong_type", self.at(key), expected="text")
        return value

    def choice(
        self,
        key: str,
        choices: Collection[str],
        default: str | None = None,
        required: bool = False,
    ) -> str:
        value = self.take(key, default, required)
        return read_choice(value, choices, self.at(key))

    def integer(self, key: str, default: int, least: int, most: int | None = None) -> int:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise PlanError("wrong_type", self.at(key), expected="integer")
        if value < least or (most is not None and value > most):
            raise PlanError("out_of_range", self.at(key), value=value, least=least, most=most)
        return value

    def day(self, key: str) -> date | None:
        value = self.take(key)
        if value is None or type(value) is date:
            return value  # YAML has dates, JSON texts
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise PlanError("wrong_type", self.at(key), expected="date") from None

    def words(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts; empty if left out."""
        value = self.take(key)
        if value is None:
            return ()
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            raise PlanError("wrong_type", self.at(key), expected="texts")
        return tuple(values)

    def optional(self, key: str, choices: Collection[str]) -> str | None:
        """A word of the choices, or None if it is left out."""
        value = self.take(key)
        return None if value is None else read_choice(value, choices, self.at(key))

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise PlanError("wrong_type", self.at(key), expected="flag")
        return value

    def has(self, key: str) -> bool:
        return key in self._left

    def know(self, *keys: str) -> None:
        """Name words that could have stood here, for suggestions."""
        self._known.update(keys)

    def inner(self, key: str) -> "Reader":
        """Return a reader of the mapping under ``key``."""
        return Reader(self.take(key, required=True), self.at(key))

    def items(self, key: str, required: bool = False) -> list:
        """A list of anything; empty if left out."""
        value = self.take(key, required=required)
        if value is None:
            return []
        if not isinstance(value, list):
            raise PlanError("wrong_type", self.at(key), expected="list")
        return value

    def refuse(self, key: str) -> None:
        """Refuse a key that means nothing here."""
        raise PlanError("not_here", self.at(key), key=key)

    def missing(self, key: str) -> None:
        raise PlanError("missing_key", self.path or key, key=key)

    def finish(self) -> None:
        for key in self._left:
            raise PlanError(
                "unknown_key", self.at(str(key)), key=str(key), suggestion=suggest(key, self._known)
            )


def read_choice(value: object, choices: Collection[str], path: str) -> str:
    """Return ``value`` if it is one of the choices."""
    if not isinstance(value, str) or value not in choices:
        known = list(choices)
        raise PlanError(
            "unknown_value",
            path,
            value=str(value),
            suggestion=suggest(value, known),
            known=", ".join(sorted(known)),
        )
    return value
