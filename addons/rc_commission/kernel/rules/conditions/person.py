"""``{payee: {role: partner, rank: {promoter: elite}}}``: what somebody is.

The same words without ``payee`` are requirements of ranks: ``{training: mentor}``.
"""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Miss, Person
from ..context import Context
from ..metric import parse_rank
from ..registry import CONDITIONS

WORDS = ("role", "tier", "country", "training", "active", "kyc", "rank", "earned", "region")


@dataclass(frozen=True, slots=True)
class PersonCondition:
    """Every given attribute must fit; ``rank`` means that rank or a higher one, ``earned`` that
    it was not given; ``training``: all of them passed; ``regions``: levels of territories owned
    (``any``, ``none``)."""

    of: str = "payee"
    roles: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    active: bool | None = None
    kyc: bool | None = None
    ladder: str | None = None
    rank: str | None = None
    earned: bool | None = None
    regions: tuple[str, ...] = ()

    @classmethod
    def take(cls, reader: Reader, of: str) -> "PersonCondition":
        """Take the words from a mapping that may have others."""
        ladder, rank = parse_rank(reader.take("rank"), reader.at("rank"))
        flags = {
            name: reader.flag(name) if reader.has(name) else None
            for name in ("active", "kyc", "earned")
        }
        if flags["earned"] is not None and ladder is None:
            reader.missing("rank")
        return cls(
            of,
            reader.words("role"),
            reader.words("tier"),
            reader.words("country"),
            reader.words("training"),
            ladder=ladder,
            rank=rank,
            regions=reader.words("region"),
            **flags,
        )

    @classmethod
    def parse_inner(cls, reader: Reader, of: str) -> "PersonCondition":
        """Read the words from the mapping under ``of``."""
        inner = reader.inner(of)
        block = cls.take(inner, of)
        inner.finish()
        return block

    def check(self, context: Context, person: Person) -> Miss | None:
        if self.of == "buyer":
            person = context.world.person(context.buyer)
            if person is None:
                return Miss("no_buyer")
        for name, wanted, actual in (
            ("role", self.roles, person.role),
            ("tier", self.tiers, person.tier),
            ("country", self.countries, person.country),
        ):
            if wanted and actual not in wanted:
                return self._miss(name, list(wanted), actual)
        missing = [code for code in self.training if code not in person.training]
        if missing:
            return self._miss("training", list(self.training), sorted(person.training))
        for name, wanted in (("active", self.active), ("kyc", self.kyc)):
            if wanted is not None and getattr(person, name) != wanted:
                return self._miss(name, wanted, getattr(person, name))
        if self.regions and not self._owns(person):
            return self._miss("region", list(self.regions), sorted(person.regions))
        return self._check_rank(context, person)

    def _owns(self, person: Person) -> bool:
        if self.regions == ("none",):
            return not person.regions
        return bool(person.regions) and (
            "any" in self.regions or bool({*self.regions} & {*person.regions})
        )

    def _check_rank(self, context: Context, person: Person) -> Miss | None:
        if self.ladder is None:
            return None
        ladder = context.plan.ladder(self.ladder)
        held = context.world.rank(ladder, person.id)
        if ladder.index(held) < ladder.index(self.rank):
            return self._miss("rank", self.rank, held)
        if self.earned is not None:
            granted = context.world.is_granted(ladder.code, person.id)
            if granted == self.earned:
                return self._miss("earned", self.earned, not granted)
        return None

    def _miss(self, name: str, wanted: object, value: object) -> Miss:
        return Miss(f"{self.of}_{name}", {"wanted": wanted, "value": value})


@CONDITIONS.register("payee")
@dataclass(frozen=True, slots=True)
class Payee(PersonCondition):
    """Who earns."""

    @classmethod
    def parse(cls, reader: Reader) -> PersonCondition:
        return cls.parse_inner(reader, "payee")


@CONDITIONS.register("buyer")
@dataclass(frozen=True, slots=True)
class Buyer(PersonCondition):
    """Who bought."""

    @classmethod
    def parse(cls, reader: Reader) -> PersonCondition:
        return cls.parse_inner(reader, "buyer")
