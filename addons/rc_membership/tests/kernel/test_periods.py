from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.periods import (
    CALENDAR_UNITS,
    Period,
    add_months,
    anniversary_period,
    calendar_period,
    local_date,
    utc_midnight,
)

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_anniversaries_fall_on_the_last_day_of_a_short_month():
    anchor = date(2026, 1, 31)
    starts = [anniversary_period(anchor, 1, number).start for number in range(4)]
    assert starts == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_a_leap_day_comes_back_in_the_next_leap_year():
    assert anniversary_period(date(2024, 2, 29), 12, 1).start == date(2025, 2, 28)
    assert anniversary_period(date(2024, 2, 29), 12, 4).start == date(2028, 2, 29)


@given(days, st.integers(1, 24), st.integers(0, 60))
def test_anniversary_periods_follow_without_gap_or_overlap(anchor, months, number):
    here = anniversary_period(anchor, months, number)
    there = anniversary_period(anchor, months, number + 1)
    assert here.end == there.start


@given(days, st.sampled_from(CALENDAR_UNITS))
def test_a_day_is_in_exactly_one_calendar_period(day, unit):
    period = calendar_period(day, unit)
    assert day in period
    assert calendar_period(period.end, unit).start == period.end
    assert period.end not in period


def test_a_month_is_added_on_the_anchor_day():
    assert add_months(date(2026, 2, 28), 1, anchor_day=31) == date(2026, 3, 31)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


def test_an_unknown_unit_names_the_known_ones():
    with pytest.raises(ValueError, match="day, week, month, quarter, year"):
        calendar_period(date(2026, 1, 1), "fortnight")


def test_a_period_has_at_least_a_day():
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2026, 1, 1), date(2026, 1, 1))


def test_a_day_begins_at_midnight_where_people_live():
    shanghai = ZoneInfo("Asia/Shanghai")
    assert utc_midnight(date(2026, 3, 1), shanghai) == datetime(2026, 2, 28, 16)
    assert local_date(datetime(2026, 2, 28, 16), shanghai) == date(2026, 3, 1)
    assert local_date(datetime(2026, 2, 28, 15, 59, 59), shanghai) == date(2026, 2, 28)


@given(days)
def test_midnight_is_the_first_instant_of_the_day_also_at_a_clock_change(day):
    zone = ZoneInfo("America/New_York")
    assert local_date(utc_midnight(day, zone), zone) == day
