"""``{to: pool, pool: name}`` fills a pool; ``{to: pool_share, pool: name}`` shares it on close."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss, Person
from ..context import Context
from ..registry import BENEFICIARIES


@BENEFICIARIES.register("pool")
@dataclass(frozen=True, slots=True)
class Pool:
    """A contribution; it counts for the ceiling of the sale like an award."""

    pool: str

    fills_pool = True

    @classmethod
    def parse(cls, reader: Reader) -> "Pool":
        return cls(reader.text("pool", required=True))

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        name = f"{context.plan.code}:{self.pool}"
        return (Candidate(Person(name, role="pool"), pool=name),)


@BENEFICIARIES.register("pool_share")
@dataclass(frozen=True, slots=True)
class PoolShare:
    """The rate's table has the part of the balance for each rank, a plain percentage one part for
    all participants who meet the conditions; ``close.py`` shares it."""

    pool: str

    shares_pool = True

    @classmethod
    def parse(cls, reader: Reader) -> "PoolShare":
        return cls(reader.text("pool", required=True))

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        return Miss("only_on_close")
