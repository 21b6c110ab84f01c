"""What is for sale, read from the addons' own data files: prices stand in one place only."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

ADDONS = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Item:
    """A product: ``price`` is its list figure, in whatever currency a scenario has; ``months``:
    how long a membership plan runs (0: no membership)."""

    code: str
    price: Decimal
    tier: str | None = None
    months: int = 0
    category: str | None = None
    cost: Decimal = Decimal(0)
    package: str | None = None


@lru_cache
def load_items(addons: Path = ADDONS) -> Mapping[str, Item]:
    """Return code → item of all products with a code in the data files of our addons."""
    records = read_records(addons)
    items = {}
    for record in records.values():
        if record["model"] in ("product.template", "product.product") and record.get(
            "default_code"
        ):
            item = _read_item(record, records)
            items[item.code] = item
    return items


@lru_cache
def read_records(addons: Path = ADDONS) -> Mapping[str, Mapping[str, str]]:
    """Return full id → texts of the fields of all records in the data files of our addons."""
    records = {}
    for path in sorted(addons.glob("rc_*/data/*.xml")):
        addon = path.parts[-3]
        for record in _records(path):
            records[_full(record["id"], addon)] = {**record, "addon": addon}
    return records


def _read_item(record: Mapping[str, str], records: Mapping[str, Mapping[str, str]]) -> Item:
    def related(field: str) -> Mapping[str, str]:
        return records.get(_full(record.get(field, ""), record["addon"]), {})

    months = int(record.get("rc_period_count") or 0)
    return Item(
        code=record["default_code"],
        price=Decimal(record.get("list_price") or 0),
        tier=related("rc_tier_id").get("code"),
        months=months * (12 if record.get("rc_period_unit") == "year" else 1),
        category=related("categ_id").get("name"),
        cost=Decimal(record.get("standard_price") or 0),
        package=related("rc_package_id").get("code"),
    )


def _records(path: Path) -> Iterator[dict[str, str]]:
    """Yield each record as its id, model and field texts (references as they stand)."""
    for record in ElementTree.parse(path).getroot().iter("record"):  # noqa: S314 (our own file)
        values = {
            field.get("name"): field.get("ref") or field.get("eval") or field.text or ""
            for field in record.iter("field")
        }
        yield {**values, "id": record.get("id"), "model": record.get("model")}


def _full(xmlid: str, addon: str) -> str:
    return xmlid if "." in xmlid else f"{addon}.{xmlid}"
