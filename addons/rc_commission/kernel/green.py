"""A pool of points with a price: the pool divided by the points outstanding.

What a contribution adds becomes points at the price before it; selling back takes value out of the
pool and leaves a part of it there, so that the pool always covers all points.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import round_half_up

from .types import Award, Green, PersonId, PlanVersion


class GreenError(Exception):
    """A refusal: ``insufficient_points`` or ``insufficient_balance``."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class GreenState:
    """``balance`` of the pool in the plan's currency; whole ``points`` outstanding."""

    balance: Fraction = Fraction(0)
    points: int = 0

    def price(self, green: Green) -> Fraction:
        """Return what a point is worth, exact; without points it is the start.

        >>> green = Green("g", Fraction(7, 10), Fraction(4, 5))
        >>> round_half_up(GreenState(Fraction(300), 210).price(green), 2)
        Decimal('1.43')
        """
        if self.points <= 0:
            return Fraction(green.start)
        return max(Fraction(0), self.balance) / self.points


def points_for(state: GreenState, green: Green, contribution: Fraction) -> int:
    """Return the whole points a contribution gives at the price before it, half-up.

    >>> green = Green("g", Fraction(7, 10), Fraction(4, 5))
    >>> points_for(GreenState(Fraction(300), 210), green, Fraction(300))
    147
    """
    price = state.price(green)
    if price <= 0:
        price = Fraction(green.start)
    return int(round_half_up(contribution * green.share / price, 0))


def contribute(state: GreenState, green: Green, contribution: Fraction) -> tuple[GreenState, int]:
    """Return the state after a contribution, and the points the buyer gets."""
    points = points_for(state, green, contribution)
    return GreenState(state.balance + contribution, state.points + points), points


def sell_back(
    state: GreenState, green: Green, points: int, held: int, digits: int
) -> tuple[GreenState, Decimal]:
    """Return the state after ``points`` were sold back, and what is paid for them.

    :param held: the points of the holder
    :raise GreenError: more points than held, or more money than the pool has
    """
    if points <= 0 or points > held:
        raise GreenError("insufficient_points")
    paid = round_half_up(points * state.price(green) * green.payout, digits)
    if paid > state.balance:
        raise GreenError("insufficient_balance")
    return GreenState(state.balance - Fraction(paid), state.points - points), paid


def take_back(
    state: GreenState, contribution: Fraction, points: int, held: int
) -> tuple[GreenState, int]:
    """Return the state after a refund: the contribution leaves, with the points still held."""
    taken = min(points, held)
    return GreenState(state.balance - contribution, state.points - taken), taken


def is_due_for_exit(state: GreenState, green: Green, held: int, purchases: Fraction) -> bool:
    """Whether a holder's points are worth ``exit`` times the purchases that earned them."""
    if green.exit is None or held <= 0 or purchases <= 0:
        return False
    return held * state.price(green) >= Fraction(green.exit) * purchases


def sold_award(
    plan: PlanVersion, person: PersonId, points: int, paid: Decimal, on: date, source: str
) -> Award:
    """Return the cash of points sold back, held as the plan's other awards are.

    :param source: key of the sale (``sell:…``)
    """
    value = Fraction(paid) / plan.green.payout if plan.green.payout else Fraction(0)
    return Award(
        key=f"{source}|{plan.code}.sell_points|{person}|0",
        plan=plan.code,
        version=plan.version,
        rule="sell_points",
        line=source,
        payee=person,
        part=0,
        distance=0,
        amount=paid,
        on=on,
        explanation={
            "plan": plan.code,
            "version": plan.version,
            "rule": "sell_points",
            "trigger": "sell_points",
            "kind": "sell_points",
            "payee": {"via": "holder", "distance": 0, "path": [], "level": None},
            "basis": {
                "of": "points",
                "amount": str(round_half_up(value, plan.digits)),
                "exact": str(value),
                "currency": plan.currency,
                "source_amount": str(value),
                "source_currency": plan.currency,
                "exchange": "1",
            },
            "item": {"tier": None, "product": None},
            "rate": {
                "kind": "green",
                "points": points,
                "rate": str(plan.green.payout),
                "per": "order",
                "quantity": "1",
            },
            "limits": [],
            "amount": str(paid),
            "give": "cash",
            "currency": plan.currency,
            "hold_days": plan.hold_days,
            "clawback": "none",
        },
    )
