"""From a stored explanation to the parts of its sentence; the Odoo side words and translates them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from .types import Line, Sale
from .world import PLACEMENT, SPONSOR, World


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

    The first is the rate (``percent``, ``fixed``, ``brackets``, ``pool_share`` or
    ``green``), then who (the
    word of the beneficiary), what was paid or closed (``kind``), and, where they apply, ``table``,
    ``metric``, ``matched``, ``difference``, ``shared``, ``cap``, ``exchange`` and each limit
    (``budget``, ``per_sale``, ``per_payee_day``, ``reserve``). Explanations of older versions lack
    the newer keys and stay readable.
    """
    rate, basis, payee = explanation["rate"], explanation["basis"], explanation["payee"]
    money = {"currency": explanation["currency"]}
    parts = [
        _rate_part(rate, basis, money),
        Part(payee["via"], {"level": payee["distance"], "place": payee.get("level")}),
        Part("kind", {"kind": explanation["kind"], "tier": explanation["item"]["tier"]}),
    ]
    if "by" in rate:
        parts.append(Part("table", {"by": rate["by"], "value": rate["value"]}))
    brackets = rate.get("brackets") or (rate if rate["kind"] == "brackets" else None)
    if brackets:
        parts.append(Part("metric", {**brackets["metric"], "value": Fraction(brackets["value"])}))
    if basis["of"] == "metric" and basis.get("metric"):
        period = basis.get("period") or {}
        parts.append(
            Part("metric", {**basis["metric"], "value": Fraction(basis["exact"]), **period})
        )
    if basis["of"] == "award":
        parts.append(
            Part("matched", {**basis["matched"], "amount": Decimal(basis["amount"]), **money})
        )
    if "taken" in rate:
        figures = {"own": Fraction(rate["own"]), "taken": Fraction(rate["taken"])}
        parts.append(Part("difference", {**figures, **money}))
    if "shared" in rate:
        shared = rate["shared"]
        figures = {"whole": Decimal(shared["whole"]), "weight": Fraction(shared["weight"])}
        parts.append(Part("shared", {**figures, **money}))
    if "cap" in rate:
        parts.append(Part("cap", {name: Decimal(value) for name, value in rate["cap"].items()}))
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
    return (*parts, *(_limit_part(limit, money) for limit in explanation["limits"]))


def _rate_part(rate: Mapping, basis: Mapping, money: Mapping) -> Part:
    kind = rate["kind"]
    if kind == "percent":
        share = {"percent": percent_text(rate["rate"]), "basis": Decimal(basis["amount"])}
        return Part("percent", {**share, "of": basis["of"], **money})
    if kind == "green":
        values = {"points": rate["points"], "percent": percent_text(rate["rate"])}
        return Part("green", {**values, "value": Decimal(basis["amount"]), **money})
    if kind == "pool_share":
        values = {
            "percent": percent_text(rate["rate"]),
            "balance": Decimal(basis["amount"]),
            "part": Decimal(rate["part"]),
            "holders": rate["holders"],
            "pool": rate["pool"],
        }
        return Part("pool_share", {**values, **money})
    if kind == "brackets":
        steps = tuple(
            {
                "from": Fraction(part["from"]),
                "part": Fraction(part["part"]),
                "percent": percent_text(part["rate"]),
            }
            for part in rate["parts"]
        )
        return Part("brackets", {"parts": steps, **money})
    fixed = {"each": Decimal(rate["amount"]), "per": rate["per"]}
    return Part("fixed", {**fixed, "quantity": Fraction(rate["quantity"]), **money})


def _limit_part(limit: Mapping, money: Mapping) -> Part:
    if limit["kind"] == "reserve":
        share = {"percent": percent_text(limit["share"]), "amount": Decimal(limit["amount"])}
        return Part("reserve", {**share, **money})
    amounts = {name: Decimal(limit[name]) for name in ("ceiling", "before", "after")}
    return Part(limit["kind"], {**amounts, "how": limit["how"], **money})


def describe_credit(sale: Sale, line: Line, world: World) -> dict:
    """Return what the engine saw of a line as JSON values: the facts a payment is fixed by."""
    sponsors = world.upline(SPONSOR, sale.buyer)
    placed = world.upline(PLACEMENT, sale.buyer)
    people = dict.fromkeys(
        (sale.buyer, sale.seller, *sale.get_sellers(), sale.salesperson, *sponsors, *placed)
    )
    return {
        "buyer": sale.buyer,
        "seller": sale.seller,
        **({"sellers": [[who, str(part)] for who, part in sale.sellers]} if sale.sellers else {}),
        "salesperson": sale.salesperson,
        "sponsors": list(sponsors),
        "placed": list(placed),
        "roles": {
            str(person.id): person.role
            for person in sorted(filter(None, map(world.person, people)), key=lambda p: str(p.id))
        },
        "number": sale.number,
        "regions": dict(sale.regions),
        "kind": line.kind,
        "tier": line.tier,
        "product": line.product,
        "net": str(line.net),
        "gross": str(line.gross),
        "quantity": str(line.quantity),
        "currency": sale.currency,
        "exchange": {name: str(rate) for name, rate in sorted(sale.exchange.items())},
    }
