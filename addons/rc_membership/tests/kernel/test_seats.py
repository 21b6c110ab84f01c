from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.periods import Period
from odoo.addons.rc_membership.kernel.seats import (
    free_seat,
    periods_until,
    price_until_renewal,
    seats_to_pause,
)

APRIL = Period(date(2026, 4, 1), date(2026, 5, 1))


def test_the_owner_sits_on_the_first_seat():
    assert free_seat(10, set()) == 2
    assert free_seat(1, set()) is None


def test_the_lowest_free_seat_is_given():
    assert free_seat(10, {2, 3, 5}) == 4


def test_a_full_team_has_none():
    assert free_seat(3, {2, 3}) is None


@given(st.integers(1, 40), st.sets(st.integers(2, 60)))
def test_a_free_seat_is_within_the_count_and_nobodys(count, taken):
    number = free_seat(count, taken)
    if number is None:
        assert taken >= set(range(2, count + 1))
    else:
        assert 1 < number <= count and number not in taken


def price(on, quantity=1, seat=Decimal(50), end=APRIL.end):
    return price_until_renewal(seat, quantity, periods_until(end, 1, on, 1), 2)


def test_a_seat_bought_on_the_first_day_costs_the_whole_period():
    assert price(APRIL.start) == Decimal("50.00")


def test_a_seat_bought_on_the_last_day_costs_that_day():
    assert price(date(2026, 4, 30)) == Decimal("1.67")


def test_nothing_is_left_when_the_period_is_over():
    assert price(APRIL.end, 3) == 0
    assert price(date(2026, 7, 1), 3) == 0


def test_periods_paid_ahead_are_paid_for_a_seat_too():
    assert price(APRIL.start, end=date(2026, 6, 1)) == Decimal("100.00")
    assert price(date(2026, 4, 16), end=date(2026, 6, 1)) == Decimal("75.00")


def test_months_are_counted_back_on_the_anchors_day():
    assert periods_until(date(2026, 3, 31), 1, date(2026, 1, 31), 31) == 2
    assert periods_until(date(2026, 3, 31), 1, date(2026, 2, 28), 31) == 1


@given(st.decimals(0, 10_000, places=2), st.integers(1, 50), st.integers(0, 29))
def test_later_is_never_dearer(seat, quantity, day):
    on = date.fromordinal(APRIL.start.toordinal() + day)
    assert price(on, quantity, seat) >= price(date(2026, 4, 30), quantity, seat) >= 0


def test_seats_over_the_count_are_paused_from_the_top():
    assert seats_to_pause(3, {2, 3, 4, 7}) == [4, 7]
    assert seats_to_pause(10, {2, 3}) == []
