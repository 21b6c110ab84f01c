"""Beneficiaries a sale or a plan names: service point, guild, channel manager, a person."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Candidate, Miss, Person
from ..context import Context
from ..registry import BENEFICIARIES

GUILD_POOL = "guild:"  # the pool of a guild is named after it


class Named:
    """Somebody the sale names in its ``column``; ``miss`` is why nobody is."""

    column = ""
    miss = ""

    @classmethod
    def parse(cls, reader: Reader) -> "Named":
        return cls()

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hash(type(self))

    def person_id(self, context: Context):
        return getattr(context.sale, self.column, None)

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        person = context.world.person(self.person_id(context))
        return (Candidate(person),) if person else Miss(self.miss)


@BENEFICIARIES.register("service_point")
class ServicePoint(Named):
    """Where the order was picked up."""

    column = "service_point"
    miss = "no_service_point"


@BENEFICIARIES.register("guild")
class Guild(Named):
    """The guild of the buyer: set aside for its fund, as into a pool; nobody owns it."""

    fills_pool = True

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        guild = context.sale.guild if context.sale else None
        if guild is None:
            return Miss("no_guild")
        name = f"{context.plan.code}:{GUILD_POOL}{guild}"
        return (Candidate(Person(name, role="pool"), pool=name),)


@BENEFICIARIES.register("guild_leader")
class GuildLeader(Named):
    """Who leads the guild of the buyer."""

    column = "guild_leader"
    miss = "no_guild"


@BENEFICIARIES.register("channel_manager")
class ChannelManager(Named):
    """Who looks after the seller."""

    miss = "no_channel_manager"

    def person_id(self, context: Context):
        seller = context.world.person(context.sale.seller if context.sale else None)
        return seller.manager if seller else None


@BENEFICIARIES.register("person")
@dataclass(frozen=True, slots=True)
class NamedPerson:
    """``{person: id}``: a participant named in the plan."""

    id: object

    @classmethod
    def parse(cls, reader: Reader) -> "NamedPerson":
        return cls(reader.take("person", required=True))

    def find(self, context: Context) -> tuple[Candidate, ...] | Miss:
        person = context.world.person(self.id)
        return (Candidate(person),) if person else Miss("no_such_person", {"value": str(self.id)})
