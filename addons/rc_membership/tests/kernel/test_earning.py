"""Laws of earning: streaks, ranges, thresholds, multipliers and caps."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.earning import (
    Streak,
    money_points,
    multiplied,
    next_streak,
    ranged_points,
    rising_points,
    within_caps,
)

DAY = date(2026, 1, 1)


def walk(days):
    """Return the streaks of somebody who checks in on these days."""
    last, streak, found = None, None, []
    for day in days:
        streak = next_streak(last, streak, day)
        last = day
        found.append(streak.days)
    return found


def test_thirty_days_in_a_row_count_to_thirty():
    assert walk(DAY + timedelta(days=n) for n in range(30)) == list(range(1, 31))


def test_a_day_left_out_begins_anew():
    assert walk(DAY + timedelta(days=n) for n in (0, 1, 2, 4, 5)) == [1, 2, 3, 1, 2]


def test_a_streak_goes_over_the_years_end():
    assert next_streak(
        date(2025, 12, 31), Streak(date(2025, 12, 30), 2), date(2026, 1, 1)
    ) == Streak(date(2025, 12, 30), 3)


@pytest.mark.parametrize(
    ("worth", "points"), [(None, 10), (5, 10), (10, 10), ("33.9", 33), (50, 50), (80, 50)]
)
def test_what_a_reporter_says_stays_in_the_range(worth, points):
    value = None if worth is None else Decimal(worth)
    assert ranged_points(Decimal(10), Decimal(50), value) == points


def test_without_a_range_it_is_always_the_same():
    assert ranged_points(Decimal(5), Decimal(0), Decimal(99)) == 5


def test_a_check_in_rises_from_one_to_five():
    assert [int(rising_points(Decimal(1), Decimal(5), n)) for n in range(1, 9)] == [
        1, 2, 3, 4, 5, 5, 5, 5,
    ]  # fmt: skip


@given(st.fractions(min_value=0, max_value=10_000), st.fractions(min_value=0, max_value=100))
def test_more_money_never_earns_less(net, more):
    def points(amount):
        return money_points(amount, Decimal(1), Decimal(100), Decimal("2.5"))

    assert points(net + more) >= points(net) >= 0


def test_the_threshold_has_no_jump():
    just, over = (
        money_points(Fraction(n), Decimal(1), Decimal(100), Decimal(2)) for n in (100, 101)
    )
    assert (just, over) == (100, 102)


def test_a_multiplier_rounds_half_up_once():
    assert [int(multiplied(Decimal(n), Fraction(3, 2))) for n in (1, 2, 3)] == [2, 3, 5]


@given(
    st.lists(st.integers(min_value=1, max_value=50), max_size=20),
    st.integers(min_value=1, max_value=100),
)
def test_whatever_comes_a_cap_is_never_passed_and_always_used_up(gains, cap):
    given_points = Decimal(0)
    for gain in gains:
        given_points += within_caps(Decimal(gain), [(Decimal(cap), given_points)])
    assert given_points == min(cap, sum(gains))


def test_of_two_caps_the_narrower_counts():
    caps = [(Decimal(20), Decimal(18)), (Decimal(100), Decimal(99))]
    assert within_caps(Decimal(5), caps) == 1
