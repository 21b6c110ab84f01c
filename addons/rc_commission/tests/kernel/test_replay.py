"""The engine alone from event to bill: what a ledger in memory says after each step."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_commission.kernel.plan import parse_plan
from odoo.addons.rc_commission.kernel.plan_file import load_plan
from odoo.addons.rc_commission.kernel.replay import Replay
from odoo.addons.rc_commission.kernel.settle import Nothing, Settlement
from odoo.addons.rc_commission.kernel.types import Line, Person, Sale
from odoo.addons.rc_commission.kernel.world import World

BEGIN = date(2026, 1, 1)
PLAN = """
plan: simple
name: Simple
currency: USD
hold_days: 30
settlement: {day: 15, minimum: "2.00"}
rules:
  - {id: direct, on: payment, pay: {to: sponsor, level: 1}, rate: 10%}
"""


def a_replay(text=PLAN, kyc=True):
    people = [Person("ann", "promoter", BEGIN, 0, kyc=kyc), Person("bob", "member", BEGIN, 1)]
    world = World(people, {"bob": "ann"})
    return Replay(world, [parse_plan(load_plan(text), 2)], BEGIN)


def order(replay, key, price, on=BEGIN):
    line = Line(f"{key}:1", Fraction(price), Fraction(price), product="thing")
    sale = Sale(key, f"order:{key}", on, "USD", {"USD": Fraction(1)}, "bob", "ann", None, (line,))
    replay.order(key, sale)


def cash(replay, today, person="ann"):
    """What a person has on a day, zeros left out."""
    state = replay.cash(person, today, "USD")
    return {name: str(amount) for name, amount in state.items() if amount}


def test_each_part_payment_is_held_from_its_own_day():
    replay = a_replay()
    order(replay, "o", 100)
    replay.receive("o", Fraction(40), date(2026, 1, 5))
    replay.receive("o", Fraction(60), date(2026, 1, 20))
    assert cash(replay, date(2026, 1, 20)) == {"held": "10.00", "accrued": "10.00"}
    assert cash(replay, date(2026, 2, 4)) == {
        "payable": "4.00",
        "held": "6.00",
        "accrued": "10.00",
    }


def test_a_bounced_payment_leaves_nothing_and_paying_again_awards_once():
    replay = a_replay()
    order(replay, "o", 100)
    replay.receive("o", Fraction(100), date(2026, 1, 5))
    replay.bounce("o", date(2026, 1, 8))
    assert cash(replay, date(2026, 1, 8)) == {}
    replay.receive("o", Fraction(100), date(2026, 1, 9))
    assert cash(replay, date(2026, 1, 9)) == {"held": "10.00", "accrued": "10.00"}
    assert len(list(replay.awards_of("ann"))) == 1


def test_a_refund_after_the_settlement_is_a_debt_that_the_next_bill_swallows():
    replay = a_replay()
    for key in ("first", "second"):
        order(replay, key, 100)
    replay.receive("first", Fraction(100), date(2026, 1, 5))
    assert isinstance(replay.settle(date(2026, 2, 15))["ann", "USD"], Settlement)
    replay.refund("first", date(2026, 2, 20), Fraction(30))
    assert cash(replay, date(2026, 2, 20)) == {
        "settled": "10.00",
        "debt": "3.00",
        "accrued": "7.00",
    }
    replay.receive("second", Fraction(100), date(2026, 2, 21))
    replay.settle(date(2026, 3, 30))
    assert cash(replay, date(2026, 3, 30)) == {"settled": "17.00", "accrued": "17.00"}
    assert replay.bills("ann", "USD") == Decimal("17.00")


def test_less_than_the_minimum_waits():
    replay = a_replay()
    order(replay, "o", 10)
    replay.receive("o", Fraction(10), date(2026, 1, 5))
    [decision] = replay.settle(date(2026, 2, 15)).values()
    assert isinstance(decision, Nothing) and decision.code == "below_minimum"
    assert replay.bills("ann", "USD") == 0


def test_nobody_without_kyc_is_settled():
    replay = a_replay(kyc=False)
    order(replay, "o", 100)
    replay.receive("o", Fraction(100), date(2026, 1, 5))
    assert replay.settle(date(2026, 2, 15)) == {}
    assert cash(replay, date(2026, 2, 15)) == {"payable": "10.00", "accrued": "10.00"}


def test_a_charge_back_that_is_won_is_held_from_the_day_it_is_won():
    replay = a_replay()
    order(replay, "o", 100)
    replay.receive("o", Fraction(100), date(2026, 1, 5))
    replay.chargeback("o", date(2026, 1, 10))
    assert cash(replay, date(2026, 1, 10)) == {}
    replay.chargeback_won("o", date(2026, 1, 25))
    assert cash(replay, date(2026, 2, 23)) == {"held": "10.00", "accrued": "10.00"}
    assert cash(replay, date(2026, 2, 24)) == {"payable": "10.00", "accrued": "10.00"}


def test_periods_are_closed_once_and_in_order():
    replay = a_replay()
    closed = replay.close("month", date(2026, 3, 1))
    assert [period.start for period in closed] == [date(2026, 1, 1), date(2026, 2, 1)]
    assert replay.close("month", date(2026, 3, 31)) == []


def test_partial_refunds_in_any_split_leave_nothing():
    replay = a_replay()
    order(replay, "o", 100)
    replay.receive("o", Fraction(100), date(2026, 1, 5))
    for amount in ("33.33", "33.33", "33.34"):
        replay.refund("o", date(2026, 1, 9), Fraction(amount))
    assert cash(replay, date(2026, 1, 9)) == {}
    assert replay.orders["o"].owed == 0
