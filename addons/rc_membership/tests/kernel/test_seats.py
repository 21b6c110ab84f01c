from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.periods import Period
from odoo.addons.rc_membership.kernel.seats import free_seat, price_until_renewal, seats_to_pause

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


def test_a_seat_bought_on_the_first_day_costs_the_whole_period():
    assert price_until_renewal(Decimal(50), 1, APRIL, APRIL.start, 2) == Decimal("50.00")


def test_a_seat_bought_on_the_last_day_costs_that_day():
    assert price_until_renewal(Decimal(50), 1, APRIL, date(2026, 4, 30), 2) == Decimal("1.67")


def test_nothing_is_left_when_the_period_is_over():
    assert price_until_renewal(Decimal(50), 3, APRIL, APRIL.end, 2) == 0
    assert price_until_renewal(Decimal(50), 3, APRIL, date(2026, 7, 1), 2) == 0


def test_before_the_period_a_seat_costs_it_once():
    assert price_until_renewal(Decimal(50), 1, APRIL, date(2026, 3, 1), 2) == Decimal("50.00")


@given(st.decimals(0, 10_000, places=2), st.integers(1, 50), st.integers(0, 29))
def test_later_is_never_dearer(price, quantity, day):
    on, later = date.fromordinal(APRIL.start.toordinal() + day), date(2026, 4, 30)
    dear = price_until_renewal(price, quantity, APRIL, on, 2)
    assert dear >= price_until_renewal(price, quantity, APRIL, later, 2) >= 0


def test_seats_over_the_count_are_paused_from_the_top():
    assert seats_to_pause(3, {2, 3, 4, 7}) == [4, 7]
    assert seats_to_pause(10, {2, 3}) == []
