"""What both sides read out of a scenario: its plans in its currency, rates, prices, pools."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import round_half_up

from .catalogue import Item, load_items
from .money import digits_of
from .types import Refused, Scenario

# what an event or a figure is when a side has no part in it
NOT_MINE = object()


def rate_of(scenario: Scenario, currency: str, on: date) -> Fraction:
    """Return how many of a currency one unit of the scenario's buys on a day."""
    if currency == scenario.currency:
        return Fraction(1)
    dated = scenario.rates.get(currency)
    if not dated:
        raise Refused("not_available", f"the scenario gives no rate for {currency}")
    past = [day for day in dated if day <= on]
    return Fraction(dated[max(past) if past else min(dated)])


def price_of(
    scenario: Scenario,
    item: str,
    currency: str,
    on: date,
    items: Mapping[str, Item] | None = None,
) -> Decimal:
    """Return the price of one item: its list figure in the scenario's currency, exchanged."""
    figure = (items or load_items())[item].price
    exact = Fraction(figure) * rate_of(scenario, currency, on)
    return round_half_up(exact, digits_of(currency))


def adopt_currency(scenario: Scenario) -> list[Mapping]:
    """Return the definitions in force; without a rate for it a plan pays in the scenario's
    currency."""
    return [
        definition
        if definition.get("currency") in scenario.rates
        else {**definition, "currency": scenario.currency}
        for definition in scenario.definitions.values()
    ]


def pick_currency(cash: Mapping[str, Mapping[str, Decimal]], currency: str):
    """Return the states of the one currency somebody has money in, else of the scenario's."""
    moved = [name for name, states in cash.items() if any(states.values())]
    return cash[moved[0] if len(moved) == 1 else currency]


def find_green(plans, code: str | None = None):
    """Return the plan with green points (of that code)."""
    for plan in plans:
        if plan.green and code in (None, plan.code):
            return plan
    raise Refused("not_available", "no plan in force has green points")


def find_pool(plans, pool: str) -> str:
    """Return a pool's full name: ``<plan>:<pool>``, also if the file gives the second part."""
    if ":" in pool:
        return pool
    names = [
        f"{plan.code}:{pool}"
        for plan in plans
        for rule in plan.rules
        if getattr(rule.beneficiary, "pool", None) == pool
    ]
    if not names:
        raise Refused("not_available", f"no plan in force has the pool {pool}")
    return names[0]
