from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.deferral import (
    Booked,
    Deferred,
    deferred_balance,
    earned_share,
    next_step,
)
from odoo.addons.rc_membership.kernel.periods import Period, add_months

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


def walk(charges, months, before=None, begin=date(2026, 1, 1), digits=2):
    """Book ``months`` months, the charge of each as ``charges(number)`` has it."""
    before, seen = before or Booked(), []
    for number in range(months):
        step = next_step(charges(number), before, add_months(begin, number + 1), digits)
        if step:
            seen.append((step.added, step.earned, step.balance))
            before = Booked(step.amount, step.balance)
    return seen


def test_a_year_is_earned_in_twelve_parts_and_the_last_month_takes_the_remainder():
    seen = walk(lambda _n: Deferred(Decimal("100.00"), YEAR), 14)
    assert [str(earned) for _added, earned, _left in seen] == [
        "8.33", "8.34", "8.33", "8.33", "8.34", "8.33",
        "8.33", "8.34", "8.33", "8.33", "8.34", "8.33",
    ]  # fmt: skip
    assert [added for added, _earned, _left in seen[:2]] == [Decimal("100.00"), 0]
    assert seen[-1][2] == 0
    assert len(seen) == 12


def test_a_period_from_the_middle_of_a_month_is_earned_by_its_own_months():
    period = Period(date(2026, 1, 31), date(2027, 1, 31))
    charge = Deferred(Decimal("120.00"), period)
    ends = [add_months(date(2026, 1, 1), n) for n in range(1, 14)]
    left = [str(deferred_balance(charge, day, 2)) for day in ends]
    assert left[:3] == ["119.64", "109.68", "99.67"]  # 1 of 28 days; 1 and 1 of 31; 2 and 1 of 30
    assert left[-1] == "0.00"


def test_a_part_month_at_the_end_weighs_as_its_days():
    period = Period(date(2026, 1, 1), date(2026, 2, 15))
    assert earned_share(period, date(2026, 2, 1)) == Fraction(2, 3)


def test_a_credit_note_takes_the_rest_back_at_once():
    def charge(number):
        return Deferred(Decimal("100.00" if number < 3 else "0.00"), YEAR)

    assert walk(charge, 12)[3:] == [(Decimal("-100.00"), Decimal("-25.00"), Decimal(0))]


def test_a_part_that_is_credited_lowers_what_is_left_in_proportion():
    def charge(number):
        return Deferred(Decimal("120.00" if number < 6 else "60.00"), YEAR)

    seen = walk(charge, 12)
    assert seen[6] == (Decimal(-60), Decimal(-25), Decimal("25.00"))
    assert sum(added for added, _e, _b in seen) == sum(earned for _a, earned, _b in seen) == 60


def test_what_ended_before_its_time_is_earned_that_month():
    def charge(_number):
        return Deferred(Decimal("120.00"), YEAR, cut_on=date(2026, 3, 10))

    assert walk(charge, 5) == [
        (Decimal("120.00"), Decimal("10.00"), Decimal("110.00")),
        (0, Decimal("10.00"), Decimal("100.00")),
        (0, Decimal("100.00"), Decimal(0)),
    ]


def test_a_period_paid_ahead_waits_until_it_begins():
    later = Deferred(Decimal("30.00"), Period(date(2026, 3, 1), date(2026, 6, 1)))
    assert [step[1] for step in walk(lambda _n: later, 6)] == [0, 10, 10, 10]


def test_what_was_earned_when_it_was_first_seen_is_not_booked():
    short = Deferred(Decimal("30.00"), Period(date(2026, 1, 1), date(2026, 1, 20)))
    assert walk(lambda _n: short, 3) == []


@given(
    units=st.integers(1, 10**7),
    start=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    months=st.integers(1, 36),
    digits=st.sampled_from([0, 2, 3]),
    cut=st.none() | st.integers(1, 40),
)
def test_all_is_earned_in_the_end_and_nothing_in_between_is_negative(
    units, start, months, digits, cut
):
    amount = Decimal(units).scaleb(-digits)
    end = add_months(start, months)
    charge = Deferred(amount, Period(start, end), cut and add_months(start, cut))
    seen = walk(lambda _n: charge, months + 2, begin=start.replace(day=1), digits=digits)
    assert sum(earned for _a, earned, _b in seen) == sum(added for added, _e, _b in seen)
    assert all(earned >= 0 and left >= 0 for _a, earned, left in seen)
    assert not seen or (seen[0][0] == amount and seen[-1][2] == 0)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 1, 1)])
def test_nothing_is_earned_before_the_period(day):
    assert earned_share(YEAR, day) == 0
