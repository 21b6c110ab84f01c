from datetime import date

import pytest

from odoo.addons.rc_membership.kernel.periods import Period
from odoo.addons.rc_membership.kernel.subscription import (
    Decision,
    Running,
    decide_charge,
    decide_state,
)

JAN31 = date(2026, 1, 31)
RUNNING = Running(plan=1, anchor=JAN31, period=Period(JAN31, date(2026, 2, 28)))


def test_a_first_payment_starts_on_its_day():
    assert decide_charge(None, 1, 1, JAN31) == Decision(
        "first", Period(JAN31, date(2026, 2, 28)), JAN31
    )


def test_somebody_who_was_here_before_renews_anew():
    assert decide_charge(None, 1, 12, JAN31, is_returning=True) == Decision(
        "renewal", Period(JAN31, date(2027, 1, 31)), JAN31
    )


@pytest.mark.parametrize("paid_on", [date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 5)])
def test_a_renewal_pays_the_period_after_the_running_one_whenever_it_is_paid(paid_on):
    assert decide_charge(RUNNING, 1, 1, paid_on) == Decision(
        "renewal", Period(date(2026, 2, 28), date(2026, 3, 31)), JAN31
    )


def test_another_plan_starts_a_new_full_period():
    assert decide_charge(RUNNING, 2, 12, date(2026, 2, 10)) == Decision(
        "upgrade", Period(date(2026, 2, 10), date(2027, 2, 10)), date(2026, 2, 10)
    )


@pytest.mark.parametrize(
    ("state", "is_ending", "today", "expected"),
    [
        ("active", False, date(2026, 4, 1), "active"),
        ("active", True, date(2026, 4, 1), "active"),
        ("active", False, date(2026, 4, 2), "past_due"),
        ("active", True, date(2026, 4, 2), "cancelled"),
        ("past_due", False, date(2026, 4, 4), "past_due"),
        ("past_due", False, date(2026, 4, 5), "grace"),
        ("past_due", False, date(2026, 4, 8), "grace"),
        ("trial", False, date(2026, 4, 2), "expired"),
        ("past_due", False, date(2026, 4, 9), "expired"),
        ("expired", False, date(2026, 5, 1), "expired"),
        ("cancelled", True, date(2026, 5, 1), "cancelled"),
    ],
)
def test_the_period_ends_on_its_last_instant_and_grace_after_seven_days(
    state, is_ending, today, expected
):
    assert decide_state(state, date(2026, 4, 2), 7, is_ending, today) == expected


def test_a_period_that_was_over_before_it_was_paid_starts_on_the_day_of_the_payment():
    day = date(2026, 4, 14)  # the unpaid period would have ended on 31 March
    assert decide_charge(RUNNING, 1, 1, day) == Decision(
        "renewal", Period(day, date(2026, 5, 14)), day
    )


def test_days_that_were_given_move_the_anchor_with_the_next_period():
    longer = Running(1, JAN31, Period(JAN31, date(2026, 3, 7)))
    assert decide_charge(longer, 1, 1, date(2026, 3, 7)) == Decision(
        "renewal", Period(date(2026, 3, 7), date(2026, 4, 7)), date(2026, 3, 7)
    )


def test_the_bill_of_the_next_period_follows_even_with_another_plan():
    assert decide_charge(RUNNING, 2, 1, date(2026, 3, 1), is_next=True) == Decision(
        "renewal", Period(date(2026, 2, 28), date(2026, 3, 31)), JAN31
    )


def test_what_is_paid_in_a_trial_is_a_first_period():
    trial = Running(1, JAN31, Period(JAN31, date(2026, 2, 7)), is_trial=True)
    feb7 = date(2026, 2, 7)
    assert decide_charge(trial, 1, 1, date(2026, 2, 3)) == Decision(
        "first", Period(feb7, date(2026, 3, 7)), feb7
    )
    assert decide_charge(trial, 2, 1, date(2026, 2, 3)) == Decision(
        "first", Period(date(2026, 2, 3), date(2026, 3, 3)), date(2026, 2, 3)
    )
