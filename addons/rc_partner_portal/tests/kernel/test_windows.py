from datetime import date

import pytest

from odoo.addons.rc_membership.kernel.periods import Period
from odoo.addons.rc_partner_portal.kernel.windows import (
    CHOICES,
    get_money_steps,
    get_traffic_steps,
    get_window,
)

LEAP_DAY = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("choice", "start", "end"),
    [
        ("today", date(2028, 2, 29), date(2028, 3, 1)),
        ("month", date(2028, 2, 1), date(2028, 3, 1)),
        ("year", date(2028, 1, 1), date(2029, 1, 1)),
    ],
)
def test_a_window_is_the_calendar_period_of_today(choice, start, end):
    assert get_window(choice, LEAP_DAY) == Period(start, end)


def test_an_unknown_choice_is_refused():
    with pytest.raises(KeyError):
        get_window("week", LEAP_DAY)


@pytest.mark.parametrize(("choice", "count"), [("today", 7), ("month", 29), ("year", 12)])
def test_steps_follow_each_other_without_a_gap(choice, count):
    steps = get_traffic_steps(choice, LEAP_DAY)
    assert len(steps) == count
    assert [step.start for step in steps[1:]] == [step.end for step in steps[:-1]]


@pytest.mark.parametrize("choice", CHOICES)
def test_the_steps_hold_today(choice):
    assert sum(LEAP_DAY in step for step in get_traffic_steps(choice, LEAP_DAY)) == 1


@pytest.mark.parametrize("choice", ["month", "year"])
def test_the_steps_of_a_month_and_a_year_cover_exactly_the_window(choice):
    steps = get_traffic_steps(choice, LEAP_DAY)
    assert Period(steps[0].start, steps[-1].end) == get_window(choice, LEAP_DAY)


def test_today_is_the_last_of_its_steps():
    assert get_traffic_steps("today", date(2026, 3, 1))[-1] == Period(
        date(2026, 3, 1), date(2026, 3, 2)
    )


def test_money_is_shown_by_the_last_twelve_months_on_any_day_of_a_month():
    for today in (date(2026, 1, 1), date(2026, 1, 31)):
        steps = get_money_steps(today)
        assert (len(steps), steps[0].start, steps[-1].end) == (
            12,
            date(2025, 2, 1),
            date(2026, 2, 1),
        )
