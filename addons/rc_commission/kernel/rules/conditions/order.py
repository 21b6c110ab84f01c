"""``{order: {channel: shop, amount_at_least: 100}}``: the order."""

from dataclasses import dataclass
from fractions import Fraction

from ...reader import Reader, read_amount
from ...types import Miss, Person
from ..context import Context
from ..registry import CONDITIONS


@CONDITIONS.register("order")
@dataclass(frozen=True, slots=True)
class Order:
    """Where it came from, which of the buyer's orders it is, and how large (net, plan currency)."""

    channels: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    number_at_most: int | None = None
    amount_at_least: Fraction | None = None

    @classmethod
    def parse(cls, reader: Reader) -> "Order":
        inner = reader.inner("order")
        number = amount = None
        if inner.has("number_at_most"):
            number = inner.integer("number_at_most", default=1, least=1)
        if inner.has("amount_at_least"):
            amount = Fraction(
                read_amount(inner.take("amount_at_least"), inner.at("amount_at_least"))
            )
        block = cls(inner.words("channel"), inner.words("campaign"), number, amount)
        inner.finish()
        return block

    def check(self, context: Context, person: Person) -> Miss | None:
        sale = context.sale
        if sale is None:
            return Miss("no_order")
        for name, wanted in (("channel", self.channels), ("campaign", self.campaigns)):
            if wanted and getattr(sale, name) not in wanted:
                return Miss(
                    "order", {"by": name, "wanted": list(wanted), "value": getattr(sale, name)}
                )
        if self.number_at_most is not None and sale.number > self.number_at_most:
            return Miss(
                "order", {"by": "number", "wanted": self.number_at_most, "value": sale.number}
            )
        if self.amount_at_least is not None:
            amount = sale.total() * sale.exchange[context.plan.currency]
            if amount < self.amount_at_least:
                return Miss(
                    "order",
                    {"by": "amount", "wanted": str(self.amount_at_least), "value": str(amount)},
                )
        return None
