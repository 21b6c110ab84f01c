"""``when: [{payee: {role: partner}}]``: who earns."""

from dataclasses import dataclass

from ...reader import Reader
from ...types import Line, Miss, Person, Sale
from ..registry import CONDITIONS


@CONDITIONS.register("payee")
@dataclass(frozen=True, slots=True)
class Payee:
    """The payee's role must be one of ``roles``."""

    roles: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: object, path: str) -> "Payee":
        reader = Reader(
            value, path, planned=("rank", "tier", "active", "kyc", "training", "country")
        )
        block = cls(reader.words("role"))
        reader.finish()
        return block

    def check(self, sale: Sale, line: Line, payee: Person) -> Miss | None:
        if self.roles and payee.role not in self.roles:
            return Miss("payee_role", {"wanted": list(self.roles), "value": payee.role})
        return None
