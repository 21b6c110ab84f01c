from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.dunning import (
    RETRY_DAYS,
    DaysError,
    Due,
    Standing,
    classify_failure,
    decide_due,
    next_try,
    parse_days,
    reminder_due,
)
from odoo.addons.rc_membership.kernel.subscription import RUNNING, decide_state

END = date(2026, 4, 2)
STANDINGS = st.builds(
    Standing,
    state=st.sampled_from([*RUNNING, "cancelled", "expired"]),
    period_end=st.just(END),
    grace_days=st.integers(0, 30),
    is_ending=st.booleans(),
    has_token=st.booleans(),
    is_billed=st.booleans(),
    tried=st.frozensets(st.sampled_from(RETRY_DAYS)),
    is_open=st.booleans(),
)
DAYS = st.integers(-40, 400).map(lambda n: END + timedelta(days=n))


def walk(standing, days):
    """Let the days pass; return day → (state, billed, tried), each try being refused."""
    seen = {}
    for late in days:
        due = decide_due(standing, END + timedelta(days=late))
        tried = standing.tried | ({due.try_day} if due.try_day is not None else set())
        standing = replace(
            standing, state=due.state, is_billed=standing.is_billed or due.bill, tried=tried
        )
        seen[late] = (due.state, due.bill, due.try_day)
    return seen


def test_a_card_is_tried_on_days_0_1_3_7_and_then_the_tier_goes():
    with_card = Standing("active", END, 7, has_token=True)
    assert walk(with_card, range(-1, 9)) == {
        -1: ("active", False, None),
        0: ("past_due", True, 0),
        1: ("past_due", False, 1),
        2: ("past_due", False, None),
        3: ("grace", False, 3),
        4: ("grace", False, None),
        5: ("grace", False, None),
        6: ("grace", False, None),
        7: ("grace", False, 7),
        8: ("expired", False, None),
    }


def test_without_a_card_the_bill_is_sent_and_the_tier_goes_after_grace():
    assert walk(Standing("active", END, 7), (0, 1, 3, 6, 7)) == {
        0: ("past_due", True, 0),
        1: ("past_due", False, 1),
        3: ("grace", False, 3),
        6: ("grace", False, None),
        7: ("expired", False, None),
    }


def test_after_45_days_off_one_period_is_tried_once_and_nothing_else_is_billed():
    assert walk(Standing("active", END, 7, has_token=True), (45, 46)) == {
        45: ("grace", True, 7),
        46: ("expired", False, None),
    }
    assert walk(Standing("active", END, 7), (45,)) == {45: ("expired", False, None)}


def test_nothing_is_tried_while_a_try_is_not_answered():
    waiting = Standing("past_due", END, 7, has_token=True, is_billed=True, is_open=True)
    assert [decide_due(waiting, END + timedelta(days=late)) for late in (1, 7, 13, 14)] == [
        Due("past_due"),
        Due("grace"),
        Due("grace"),
        Due("expired"),
    ]


def test_a_trial_ends_on_its_day_unless_a_card_is_stored():
    trial = Standing("trial", END, 7)
    assert decide_due(trial, END) == Due("expired")
    assert decide_due(replace(trial, has_token=True), END) == Due("past_due", True, 0)
    assert decide_due(replace(trial, has_token=True, is_ending=True), END) == Due("cancelled")


@given(STANDINGS, DAYS)
def test_who_cancelled_or_ended_is_never_billed(standing, today):
    due = decide_due(standing, today)
    if standing.is_ending or standing.state not in RUNNING or today < END:
        assert (due.bill, due.try_day) == (False, None)


@given(STANDINGS, DAYS)
def test_nothing_is_billed_or_tried_twice(standing, today):
    due = decide_due(standing, today)
    assert not (due.bill and standing.is_billed)
    assert due.try_day not in standing.tried
    assert not (standing.is_open and due.try_day is not None)


@given(STANDINGS, DAYS)
def test_who_ends_is_not_billed_with_it(standing, today):
    due = decide_due(standing, today)
    if due.state not in RUNNING:
        assert (due.bill, due.try_day) == (False, None)


@given(st.sampled_from(RUNNING), st.integers(0, 30), st.booleans(), DAYS, st.booleans())
def test_without_a_card_the_state_is_that_of_the_dates(state, grace, is_ending, today, is_billed):
    standing = Standing(state, END, grace, is_ending, is_billed=is_billed and state != "trial")
    assert decide_due(standing, today).state == decide_state(state, END, grace, is_ending, today)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Your card was declined.", "refused"),
        ("Your card has expired.", "token_expired"),
        ("authentication_required: this payment needs 3D Secure", "sca"),
        ("", "refused"),
    ],
)
def test_a_failure_is_named_by_the_providers_words(message, code):
    assert classify_failure(message) == code


def test_the_next_try_is_within_grace():
    assert [next_try(END, 7, END + timedelta(days=late)) for late in (0, 1, 3, 7)] == [
        1,
        3,
        7,
        None,
    ]
    assert next_try(END, 2, END + timedelta(days=1)) is None


def test_a_monthly_plan_has_no_reminder_30_days_before():
    assert reminder_due(END, 1, END - timedelta(days=30)) is None
    assert reminder_due(END, 12, END - timedelta(days=30)) == 30
    assert reminder_due(END, 12, END - timedelta(days=31)) is None
    assert reminder_due(END, 12, END) is None


def test_days_are_read_as_people_type_them():
    assert parse_days("30, 7,1") == (1, 7, 30)
    assert parse_days(" 5 、10，2 ") == (2, 5, 10)
    assert parse_days("") == parse_days(" , ") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1, two", "not_a_day"),
        ("1.5", "not_a_day"),
        ("-1", "not_a_day"),
        ("²", "not_a_day"),
        ("0, 3", "out_of_range"),
        ("91", "out_of_range"),
        ("3, 3", "twice"),
        ("1,2,3,4,5,6,7", "too_many"),
    ],
)
def test_what_is_no_list_of_days_is_refused_by_name(text, code):
    with pytest.raises(DaysError) as refused:
        parse_days(text)
    assert refused.value.code == code


def test_tries_and_reminders_follow_the_programs_own_days():
    own = Standing("active", END, 10, has_token=True, retry_days=(0, 2, 10))
    tries = {late: seen[2] for late, seen in walk(own, range(12)).items() if seen[2] is not None}
    assert tries == {0: 0, 2: 2, 10: 10}
    assert walk(own, range(12))[11] == ("expired", False, None)
    assert next_try(END, 10, END + timedelta(days=2), (0, 2, 10)) == 10
    assert reminder_due(END, 1, END - timedelta(days=14), (3, 14)) == 14
    assert reminder_due(END, 1, END - timedelta(days=14), ()) is None


def test_without_retry_days_it_is_tried_once():
    once = Standing("active", END, 7, has_token=True, retry_days=(0,))
    seen = walk(once, range(9))
    assert [late for late, day in seen.items() if day[2] is not None] == [0]
    assert (seen[6][0], seen[7][0]) == ("grace", "expired")
