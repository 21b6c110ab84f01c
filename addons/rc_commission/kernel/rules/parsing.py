"""Reading of conditions and rates: the form of the value tells which block it is."""

from collections.abc import Mapping
from decimal import Decimal

from ..errors import PlanError
from ..reader import Reader, read_choice
from .conditions.person import WORDS, PersonCondition
from .registry import CONDITIONS, RATES


def parse_conditions(value: object, path: str) -> tuple[object, ...]:
    """Return the blocks of a list of conditions, in file order."""
    if not isinstance(value, list):
        raise PlanError("wrong_type", path, expected="conditions")
    found: list[object] = []
    for index, item in enumerate(value):
        found += _parse_item(Reader(item, f"{path}[{index}]"))
    return tuple(found)


def _parse_item(reader: Reader) -> list[object]:
    if reader.has("metric"):
        blocks = [CONDITIONS["metric"].parse(reader)]
        reader.finish()
        return blocks
    blocks = [CONDITIONS[word].parse(reader) for word in CONDITIONS if reader.has(word)]
    if any(reader.has(word) for word in WORDS):
        blocks.append(PersonCondition.take(reader, "payee"))
    reader.know(*CONDITIONS, *WORDS)
    reader.finish()
    if not blocks:
        raise PlanError("missing_key", reader.path, key="metric")
    return blocks


def parse_rate(value: object, path: str) -> object:
    """Return the rate block for ``10%``, ``5.00``, ``{by: …, table: …}`` or ``{brackets: …}``."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return RATES["percent"].parse(value, path)
    if isinstance(value, str | Decimal | int) and not isinstance(value, bool):
        return RATES["fixed"].parse(value, path)
    if not isinstance(value, Mapping):
        raise PlanError("wrong_type", path, expected="rate")
    reader = Reader(value, path)
    if reader.has("brackets"):
        block = RATES["brackets"].parse(reader)
    else:
        by = reader.take("by", required=True)
        tables = [name.removeprefix("table_by_") for name in RATES if name.startswith("table_by_")]
        block = RATES[f"table_by_{read_choice(by, tables, reader.at('by'))}"].parse(reader)
    reader.finish()
    return block
