"""A metric with its filters, as plan files write it: ``{metric: direct_paid, period: month}``."""

from dataclasses import dataclass
from fractions import Fraction

from ..errors import PlanError
from ..reader import Reader, read_choice
from ..types import PersonId
from .context import Context
from .registry import METRICS

PERIODS = ("day", "week", "month", "quarter", "year", "ever")


@dataclass(frozen=True, slots=True)
class Metric:
    """``name`` is the registered block; the rest narrows what it counts."""

    name: str
    period: str | None = None
    item_tier: str | None = None
    item_product: str | None = None
    kind: str | None = None
    ladder: str | None = None
    rank: str | None = None
    leg: str | None = None
    carry: bool = False

    @classmethod
    def parse(cls, reader: Reader) -> "Metric":
        """Take a metric's keys from a mapping that may have others."""
        name = read_choice(reader.take("metric", required=True), METRICS, reader.at("metric"))
        ladder, rank = parse_rank(reader.take("rank"), reader.at("rank"))
        spec = cls(
            name=name,
            period=reader.optional("period", PERIODS),
            item_tier=reader.text("item_tier"),
            item_product=reader.text("item_product"),
            kind=reader.text("kind"),
            ladder=ladder,
            rank=rank,
            leg=reader.optional("leg", ("smaller", "larger")),
            carry=reader.flag("carry"),
        )
        METRICS[name].check_spec(spec, reader)
        return spec

    @property
    def is_money(self) -> bool:
        return METRICS[self.name].is_money

    def value(self, context: Context, person: PersonId) -> Fraction:
        """Return the figure of ``person``, in the plan's currency where it is money."""
        start, end = context.window(self.period)
        return METRICS[self.name].value(context, self, person, start, end)

    def describe(self) -> dict:
        """Return the filters as JSON values, those left out left out."""
        return {
            name: value
            for name in ("name", "period", "item_tier", "item_product", "kind", "rank", "leg")
            if (value := getattr(self, name))
        }


def parse_rank(value: object, path: str) -> tuple[str | None, str | None]:
    """Read ``{ladder: rank}``."""
    if value is None:
        return None, None
    if not isinstance(value, dict) or len(value) != 1:
        raise PlanError("wrong_type", path, expected="rank")
    ((ladder, rank),) = value.items()
    if not isinstance(ladder, str) or not isinstance(rank, str):
        raise PlanError("wrong_type", path, expected="rank")
    return ladder, rank
