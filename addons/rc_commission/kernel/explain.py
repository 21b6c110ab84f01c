"""From a stored explanation to the parts of its sentence; the Odoo side words and translates them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from .types import Line, Network, Sale


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an explanation: ``code`` names the wording, ``values`` fill it."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


def percent_text(share: Fraction | str) -> str:
    """Return a share as a percent, at most 4 decimals.

    >>> percent_text("1/8")
    '12.5'
    """
    value = Fraction(share) * 100
    number = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{number.quantize(Decimal('0.0001')).normalize():f}"


def explain_award(explanation: Mapping) -> tuple[Part, ...]:
    """Return the parts that say why an award is what it is.

    The first is the rate (``percent`` or ``fixed``), then who (``seller``, ``salesperson``,
    ``sponsor``), what was paid (``kind``), and, where they apply, ``table``, ``exchange`` and
    each limit (``per_sale``).
    """
    rate, basis, payee = explanation["rate"], explanation["basis"], explanation["payee"]
    money = {"currency": explanation["currency"]}
    if rate["kind"] == "percent":
        share = {"percent": percent_text(rate["rate"]), "basis": Decimal(basis["amount"])}
        parts = [Part("percent", {**share, "of": basis["of"], **money})]
    else:
        fixed = {"each": Decimal(rate["amount"]), "per": rate["per"]}
        parts = [Part("fixed", {**fixed, "quantity": Fraction(rate["quantity"]), **money})]
    parts.append(Part(payee["via"], {"level": payee["distance"]}))
    parts.append(Part("kind", {"kind": explanation["kind"], "tier": explanation["item"]["tier"]}))
    if basis["source_currency"] != basis["currency"]:
        parts.append(
            Part(
                "exchange",
                {
                    "amount": Fraction(basis["source_amount"]),
                    "source_currency": basis["source_currency"],
                    "basis": Decimal(basis["amount"]),
                    **money,
                },
            )
        )
    for limit in explanation["limits"]:
        amounts = {name: Decimal(limit[name]) for name in ("ceiling", "before", "after")}
        parts.append(Part(limit["kind"], {**amounts, "how": limit["how"], **money}))
    return tuple(parts)


def describe_credit(sale: Sale, line: Line, network: Network) -> dict:
    """Return what the engine saw of a line as JSON values: the facts a payment is fixed by."""
    people = {sale.buyer, sale.seller, sale.salesperson, *network.uplines.get(sale.buyer, ())}
    return {
        "buyer": sale.buyer,
        "seller": sale.seller,
        "salesperson": sale.salesperson,
        "sponsors": list(network.uplines.get(sale.buyer, ())),
        "roles": {
            str(person_id): network.people[person_id].role
            for person_id in sorted(people & set(network.people), key=str)
        },
        "kind": line.kind,
        "tier": line.tier,
        "product": line.product,
        "net": str(line.net),
        "gross": str(line.gross),
        "quantity": str(line.quantity),
        "currency": sale.currency,
        "exchange": {name: str(rate) for name, rate in sorted(sale.exchange.items())},
    }
