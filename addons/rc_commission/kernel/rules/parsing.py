"""Reading of rates: the form of the value tells which block it is."""

from collections.abc import Mapping
from decimal import Decimal

from ..errors import PlanError
from ..reader import Reader, suggest
from .registry import RATES


def parse_rate(value: object, path: str) -> object:
    """Return the rate block for ``10%``, ``5.00``, ``{by: …, table: …}`` or ``{brackets: …}``."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return RATES["percent"].parse(value, path)
    if isinstance(value, str | Decimal | int) and not isinstance(value, bool):
        return RATES["fixed"].parse(value, path)
    if not isinstance(value, Mapping):
        raise PlanError("wrong_type", path, expected="rate")
    if "by" not in value:
        reader = Reader(value, path, planned=RATES.planned)
        reader.take("by")
        reader.take("table")
        reader.finish()
        raise PlanError("missing_key", path, key="by")
    reader = Reader(value, path)
    by = reader.text("by", required=True)
    word = f"table_by_{by}"
    if word in RATES.planned:
        raise PlanError("not_supported_yet", reader.at("by"), key=by)
    known = [name.removeprefix("table_by_") for name in RATES if name.startswith("table_by_")]
    if by not in known:
        raise PlanError(
            "unknown_value",
            reader.at("by"),
            value=by,
            suggestion=suggest(by, known),
            known=", ".join(known),
        )
    block = RATES[word].parse(reader)
    reader.finish()
    return block


def parse_table(reader: Reader) -> tuple[tuple[str, object], ...]:
    """Read ``table: {value: rate, …}`` into pairs in file order."""
    table = reader.take("table", required=True)
    path = reader.at("table")
    if not isinstance(table, Mapping) or not table:
        raise PlanError("wrong_type", path, expected="mapping")
    return tuple((str(key), parse_rate(value, f"{path}.{key}")) for key, value in table.items())
