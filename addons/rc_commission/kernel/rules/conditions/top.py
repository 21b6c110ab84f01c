"""``{top: {metric: team_sales, count: 3}}``: the best of those a close rule looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ...reader import Reader, read_share
from ...types import Miss, Person
from ..context import Context
from ..metric import Metric
from ..registry import CONDITIONS


@CONDITIONS.register("top")
@dataclass(frozen=True, slots=True)
class Top:
    """The first ``count``, or the first ``share`` of all (rounded up), of who has a figure above
    zero; equal figures: who joined first. Decided after the rule's other conditions."""

    metric: Metric
    count: int | None = None
    share: Fraction | None = None

    @classmethod
    def parse(cls, reader: Reader) -> "Top":
        inner = reader.inner("top")
        metric = Metric.parse(inner)
        count = share = None
        if inner.has("share"):
            share = read_share(inner.take("share"), inner.at("share"))
        else:
            count = inner.integer("count", default=1, least=1)
        inner.finish()
        return cls(metric, count, share)

    def check(self, context: Context, person: Person) -> Miss | None:
        return None  # decided over all of them, by ``choose``

    def choose(self, context: Context, people: Sequence[Person]) -> dict[object, Miss]:
        """Return person id → why they are not among the best; ``people`` in the order they joined."""
        places = places_of(self.metric, context, people)
        room = self.count
        if room is None:
            room = -(-len(places) * self.share.numerator // self.share.denominator)
        return {
            person.id: Miss(
                "top", {**self.metric.describe(), "wanted": room, "value": places.get(person.id)}
            )
            for person in people
            if places.get(person.id, room + 1) > room
        }


def places_of(metric: Metric, context: Context, people: Sequence[Person]) -> dict[object, int]:
    """Return person id → place from 1, best first; who has nothing has no place."""
    figures = [(metric.value(context, person.id), person.id) for person in people]
    ranked = sorted((pair for pair in figures if pair[0] > 0), key=lambda pair: -pair[0])
    return {person_id: number for number, (_value, person_id) in enumerate(ranked, 1)}
