"""Green points: the worked numbers of the scheme, and laws."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_commission.kernel.green import (
    GreenError,
    GreenState,
    contribute,
    is_due_for_exit,
    points_for,
    sell_back,
    take_back,
)
from odoo.addons.rc_commission.kernel.types import Green
from odoo.addons.rc_membership.kernel.money import round_half_up

GREEN = Green("green", Fraction(7, 10), Fraction(4, 5), exit=Decimal(3))


def test_the_first_three_orders():
    state, found = GreenState(), []
    for _number in range(3):
        state, points = contribute(state, GREEN, Fraction(300))
        found.append((points, str(round_half_up(state.price(GREEN), 2))))
    assert found == [(210, "1.43"), (147, "1.68"), (125, "1.87")]


def test_selling_back_pays_four_fifths_and_the_rest_stays():
    state = GreenState(Fraction(4000), 2000)
    after, paid = sell_back(state, GREEN, 1000, 1000, 2)  # value 2000
    assert (paid, after) == (Decimal("1600.00"), GreenState(Fraction(2400), 1000))
    with pytest.raises(GreenError, match="insufficient_points"):
        sell_back(state, GREEN, 1001, 1000, 2)


def test_the_prices_at_which_the_first_orders_leave():
    for points, price in ((210, Fraction(3000, 210)), (147, Fraction(3000, 147))):
        at = GreenState(price * 1000, 1000)
        assert is_due_for_exit(at, GREEN, points, Fraction(1000))
        below = GreenState(price * 1000 - 1, 1000)
        assert not is_due_for_exit(below, GREEN, points, Fraction(1000))
    assert str(round_half_up(Fraction(3000, 210), 2)) == "14.29"
    assert str(round_half_up(Fraction(3000, 147), 2)) == "20.41"


def test_a_refund_takes_back_the_contribution_and_what_is_not_spent():
    state, points = contribute(GreenState(), GREEN, Fraction(300))
    assert take_back(state, Fraction(300), points, held=points) == (GreenState(Fraction(0), 0), 210)
    assert take_back(state, Fraction(300), points, held=10)[1] == 10


@given(
    orders=st.lists(st.integers(1, 10**6), min_size=1, max_size=12),
    sold=st.lists(st.integers(1, 100), max_size=12),
)
def test_the_pool_never_goes_below_zero_and_selling_never_lowers_the_price(orders, sold):
    state, held = GreenState(), 0
    for amount in orders:
        before = state.price(GREEN)
        assert points_for(state, GREEN, Fraction(amount)) >= 0
        state, points = contribute(state, GREEN, Fraction(amount))
        held += points
        assert state.balance >= 0 and (state.points == held)
        assert before > 0
    for percent in sold:
        points = held * percent // 100
        if points:
            before = state.price(GREEN)
            state, paid = sell_back(state, GREEN, points, held, 2)
            held -= points
            assert paid >= 0 and state.balance >= 0
            assert not state.points or state.price(GREEN) >= before
