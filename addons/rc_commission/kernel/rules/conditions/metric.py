"""``{metric: direct_paid, period: month, at_least: 10}``: a figure of the payee or the buyer."""

from dataclasses import dataclass
from fractions import Fraction

from ...reader import Reader, read_amount
from ...types import Miss, Person
from ..context import Context
from ..metric import Metric
from ..registry import CONDITIONS

BOUNDS = ("at_least", "more_than", "below")


@CONDITIONS.register("metric")
@dataclass(frozen=True, slots=True)
class MetricCondition:
    """``of`` says whose figure it is; every bound that is given must hold."""

    metric: Metric
    of: str = "payee"
    at_least: Fraction | None = None
    more_than: Fraction | None = None
    below: Fraction | None = None

    @classmethod
    def parse(cls, reader: Reader) -> "MetricCondition":
        metric = Metric.parse(reader)
        of = reader.choice("of", ("payee", "buyer"), "payee")
        bounds = {}
        for name in BOUNDS:
            value = reader.take(name)
            if value is not None:
                bounds[name] = Fraction(read_amount(value, reader.at(name)))
        if not bounds:
            reader.missing("at_least")
        return cls(metric, of, **bounds)

    def check(self, context: Context, person: Person) -> Miss | None:
        who = context.buyer if self.of == "buyer" else person.id
        value = self.metric.value(context, who) if who is not None else Fraction(0)
        if (
            (self.at_least is None or value >= self.at_least)
            and (self.more_than is None or value > self.more_than)
            and (self.below is None or value < self.below)
        ):
            return None
        bounds = {name: str(bound) for name in BOUNDS if (bound := getattr(self, name)) is not None}
        return Miss(
            "metric", {**self.metric.describe(), "of": self.of, "value": str(value), **bounds}
        )
