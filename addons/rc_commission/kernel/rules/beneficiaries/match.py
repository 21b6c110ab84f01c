"""``{to: match, rules, tree, level, ladder, rank, earner_rank}``: percent of others' awards."""

from collections.abc import Iterator
from dataclasses import dataclass

from ...reader import Reader
from ...types import Award, Candidate, Miss
from ...world import SPONSOR, TREES
from ..context import Context
from ..registry import BENEFICIARIES


@BENEFICIARIES.register("match")
@dataclass(frozen=True, slots=True)
class Match:
    """For each award of the named rules the person who stands so to its earner: ``level`` above
    (holding ``rank``, if given), or without a level the nearest holder of ``rank`` above."""

    rules: tuple[str, ...]
    tree: str = SPONSOR
    level: int | None = None
    ladder: str | None = None
    rank: str | None = None
    earner_rank: str | None = None

    matches = True

    @classmethod
    def parse(cls, reader: Reader) -> "Match":
        block = cls(
            rules=reader.words("rules"),
            tree=reader.choice("tree", TREES, SPONSOR),
            level=reader.integer("level", default=1, least=1) if reader.has("level") else None,
            ladder=reader.text("ladder"),
            rank=reader.text("rank"),
            earner_rank=reader.text("earner_rank"),
        )
        if not block.rules:
            reader.missing("rules")
        if (block.rank or block.earner_rank) and not block.ladder:
            reader.missing("ladder")
        if block.level is None and block.rank is None:
            reader.missing("level")
        return block

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        found, misses = [], []
        for award in context.awards:
            if award.rule not in self.rules or award.is_pool:
                continue
            candidate = self._match(context, award)
            (misses if isinstance(candidate, Miss) else found).append(candidate)
        if found:
            return tuple(found)
        return misses[0] if misses else Miss("nothing_to_match", {"rules": list(self.rules)})

    def _match(self, context: Context, award: Award) -> Candidate | Miss:
        world = context.world
        ladder = context.plan.ladder(self.ladder) if self.ladder else None
        if self.earner_rank is not None:
            held = world.rank(ladder, award.payee)
            if ladder.index(held) < ladder.index(self.earner_rank):
                return Miss("earner_rank", {"wanted": self.earner_rank, "value": held})
        line = world.upline(self.tree, award.payee)
        for steps, person_id in self._steps(line):
            held = world.rank(ladder, person_id) if self.rank else None
            person = world.person(person_id)
            if person is not None and (
                self.rank is None or ladder.index(held) >= ladder.index(self.rank)
            ):
                return Candidate(
                    person, distance=award.distance + steps, path=line[:steps], of=award
                )
        return Miss(
            "no_rank_above" if self.rank else "no_sponsor", {"rank": self.rank, "level": self.level}
        )

    def _steps(self, line) -> Iterator[tuple[int, object]]:
        """Yield (steps, person) of who may match: one place, or all above."""
        for steps, person_id in enumerate(line, 1):
            if self.level is None or steps == self.level:
                yield steps, person_id
