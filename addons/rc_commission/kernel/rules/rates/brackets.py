"""``{brackets: {metric: …, marginal: false, steps: [{from: 0, rate: 10%}, …]}}``: by a figure."""

from dataclasses import dataclass
from fractions import Fraction

from ...errors import PlanError
from ...reader import Reader, read_amount
from ...types import Candidate, Miss, Rated
from ..context import Context
from ..metric import Metric
from ..registry import RATES


@RATES.register("brackets")
@dataclass(frozen=True, slots=True)
class Brackets:
    """Rates by what a metric of the payee has reached.

    On payment it is read before the sale: ``marginal: false`` rates the whole line at that step,
    ``true`` splits the line where it crosses steps. On close the final figure counts: whole, or
    each part of it at its own step.
    """

    metric: Metric
    marginal: bool
    steps: tuple[tuple[Fraction, object], ...]

    @classmethod
    def parse(cls, reader: Reader) -> "Brackets":
        inner = reader.inner("brackets")
        metric = Metric.parse(inner)
        marginal = inner.flag("marginal")
        steps = _parse_steps(inner)
        inner.finish()
        if marginal and not (
            metric.is_money and all(isinstance(rate, RATES["percent"]) for _from, rate in steps)
        ):  # parts of a figure are money, and have percentages
            raise PlanError("not_here", inner.at("marginal"), key="marginal")
        return cls(metric, marginal, steps)

    def rate(self, context: Context, candidate: Candidate, basis: Fraction) -> Rated | Miss:
        value = self.metric.value(context, candidate.person.id)
        details = {"metric": self.metric.describe(), "value": str(value), "kind": "brackets"}
        if not self.marginal:
            return self._rate_whole(context, candidate, basis, value, details)
        if context.trigger == "close":
            return self._rate_parts(Fraction(0), value, details)
        start = value + _earlier_lines(context)
        return self._rate_parts(start, start + basis, details)

    def _rate_whole(self, context, candidate, basis, value, details) -> Rated | Miss:
        rate = next((rate for start, rate in reversed(self.steps) if value >= start), None)
        if rate is None:
            return Miss("below_brackets", {**self.metric.describe(), "value": str(value)})
        rated = rate.rate(context, candidate, basis)
        return Rated(rated.amount, rated.per, {**rated.details, "brackets": details})

    def _rate_parts(self, low: Fraction, high: Fraction, details) -> Rated | Miss:
        """Return the sum of each step's percent of the part of ``[low, high)`` that lies in it."""
        amount, parts = Fraction(0), []
        for index, (start, rate) in enumerate(self.steps):
            end = self.steps[index + 1][0] if index + 1 < len(self.steps) else None
            part = (high if end is None else min(high, end)) - max(low, start)
            if part > 0:
                amount += part * rate.share
                parts.append({"from": str(start), "part": str(part), "rate": str(rate.share)})
        if not parts:
            return Miss("below_brackets", {**self.metric.describe(), "value": str(high)})
        return Rated(amount, "line", {**details, "parts": parts})


def _parse_steps(reader: Reader) -> tuple[tuple[Fraction, object], ...]:
    from ..parsing import parse_rate  # rates may stand in brackets

    items = reader.items("steps", required=True)
    steps: list[tuple[Fraction, object]] = []
    for index, item in enumerate(items):
        inner = Reader(item, f"{reader.at('steps')}[{index}]")
        start = Fraction(read_amount(inner.take("from", required=True), inner.at("from")))
        rate = parse_rate(inner.take("rate", required=True), inner.at("rate"))
        inner.finish()
        if steps and start <= steps[-1][0]:
            raise PlanError("brackets_order", inner.at("from"), value=str(start))
        if not isinstance(rate, RATES["percent"] | RATES["fixed"]):
            raise PlanError("wrong_type", inner.at("rate"), expected="rate")
        steps.append((start, rate))
    if not steps:
        reader.missing("steps")
    return tuple(steps)


def _earlier_lines(context: Context) -> Fraction:
    """Return what the sale's lines before this one add to the figure."""
    total = Fraction(0)
    for line in context.sale.lines:
        if line is context.line or line.key == context.line.key:
            break
        total += line.net * context.sale.exchange[context.plan.currency]
    return total
