"""Windows, order of sources and allocation: examples and laws."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import permutations, product
from zoneinfo import ZoneInfo

import pytest

from odoo.addons.rc_membership.kernel.periods import Period, add_months
from odoo.addons.rc_membership.kernel.quota import (
    GRANT,
    STOCK,
    TIER,
    Anchor,
    QuotaError,
    Source,
    Window,
    allocate_use,
    check_amount,
    in_order,
    is_cut,
    kept_of_stock,
    reset_instant,
    serve,
    sum_up,
    window_of,
)

UNITS = ("day", "month", "period", "lifetime")
YEAR = Anchor(date(2026, 1, 31), Period(date(2026, 1, 31), date(2027, 1, 31)), 12)


def days(start, count):
    return [start + timedelta(days=number) for number in range(count)]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("anchor", [None, YEAR])
def test_windows_hold_their_day_and_follow_each_other_without_gap(unit, anchor):
    previous = None
    for day in days(date(2026, 1, 31), 800):
        window = window_of(unit, day, anchor)
        assert day in window
        if previous and window != previous:
            assert window.start == previous.end == day
        previous = window


def test_a_yearly_members_month_is_counted_from_the_anchor_and_not_from_the_calendar():
    starts = {window_of("month", day, YEAR).start for day in days(date(2026, 1, 31), 150)}
    assert sorted(starts) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]


def test_frees_month_is_the_calendars():
    assert window_of("month", date(2026, 2, 28), None) == Window(date(2026, 2, 1), date(2026, 3, 1))


def test_a_billing_period_of_a_year_is_one_window_and_an_unpaid_renewal_begins_the_next():
    assert window_of("period", date(2026, 12, 31), YEAR) == Window(*_dates(YEAR.period))
    assert window_of("period", date(2027, 2, 2), YEAR).start == date(2027, 1, 31)


def test_whoever_lives_west_of_the_company_is_in_the_first_window_on_the_evening_before():
    for unit in ("month", "period"):
        before, on = date(2026, 1, 30), date(2026, 1, 31)
        assert window_of(unit, before, YEAR) == window_of(unit, on, YEAR)


def _dates(period):
    return period.start, period.end


def test_an_unknown_unit_is_an_error():
    with pytest.raises(ValueError, match="unknown period"):
        window_of("fortnight", date(2026, 1, 1), None)


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        # 23-hour and 25-hour days in New York, a midnight that does not exist in Cairo, one that
        # comes twice in Havana, and a zone half an hour off
        ("America/New_York", date(2026, 3, 8), datetime(2026, 3, 9, 4)),
        ("America/New_York", date(2026, 11, 1), datetime(2026, 11, 2, 5)),
        ("Africa/Cairo", date(2026, 4, 23), datetime(2026, 4, 23, 22)),
        ("America/Havana", date(2026, 10, 31), datetime(2026, 11, 1, 4)),
        ("Asia/Shanghai", date(2026, 3, 1), datetime(2026, 3, 1, 16)),
        ("Asia/Kolkata", date(2026, 3, 1), datetime(2026, 3, 1, 18, 30)),
        ("UTC", date(2026, 3, 1), datetime(2026, 3, 2)),
    ],
)
def test_a_day_ends_at_the_members_midnight(zone, day, instant):
    assert reset_instant(window_of("day", day, None), ZoneInfo(zone)) == instant


def test_what_never_comes_again_has_no_reset():
    assert reset_instant(window_of("lifetime", date(2026, 3, 1), None), ZoneInfo("UTC")) is None
    assert reset_instant(None, ZoneInfo("UTC")) is None


def test_only_a_window_that_begins_inside_another_carries_its_usage():
    march = Window(date(2026, 3, 1), date(2026, 4, 1))
    for start, is_carried in (
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
    ):
        assert is_cut(march, Window(start, add_months(start, 1))) is is_carried
    assert is_cut(Window(date(1970, 1, 1), None), march)


@pytest.mark.parametrize("amount", [1, "0.5", Decimal("0.0001"), 10**9])
def test_amounts_that_may_be_used(amount):
    assert check_amount(amount) == Decimal(amount)


@pytest.mark.parametrize(
    "amount", [0, -1, "x", "nan", "inf", "1e30", Decimal("0.00001"), 0.5, True, None, 10**9 + 1]
)
def test_amounts_that_are_refused(amount):
    with pytest.raises(QuotaError, match="bad_amount"):
        check_amount(amount)


MONTH = Source(TIER, 1, Decimal(10), window=Window(date(2026, 3, 2), date(2026, 4, 2)),
               expires_on=date(2026, 4, 2))  # fmt: skip
SOON = Source(STOCK, 2, Decimal(5), expires_on=date(2026, 3, 15))
LATE = Source(STOCK, 3, Decimal(4), expires_on=date(2027, 1, 1))
KEPT = Source(STOCK, 4, Decimal(3))
GIFT = Source(GRANT, 5, Decimal(2), window=Window(date(2026, 3, 1), date(2026, 4, 2)),
              expires_on=date(2026, 4, 2))  # fmt: skip
ENDLESS = Source(GRANT, 6, None)
ALL = (MONTH, SOON, LATE, KEPT, GIFT)


def test_the_earliest_expiring_serves_first_and_what_never_expires_last():
    for order in permutations(ALL):
        assert in_order(order) == [SOON, MONTH, GIFT, LATE, KEPT]


def test_the_unlimited_spares_what_runs_out():
    parts = allocate_use(Decimal(100), [*ALL, ENDLESS])
    assert [(part.source, part.amount) for part in parts] == [(ENDLESS, 100)]


def test_a_use_over_several_sources_takes_each_up_before_the_next():
    parts = allocate_use(Decimal(18), ALL)
    assert [(part.source.ref, part.amount) for part in parts] == [(2, 5), (1, 10), (5, 2), (3, 1)]


@pytest.mark.parametrize("amount", [Decimal(1), Decimal("0.25"), Decimal(24)])
@pytest.mark.parametrize("used", product((0, 2, 4), repeat=3))
def test_parts_add_up_never_exceed_a_source_and_lower_what_is_left_by_the_amount(amount, used):
    sources = [replace(s, used=Decimal(u)) for s, u in zip((MONTH, SOON, LATE), used, strict=True)]
    before = sum_up(sources)
    if before.left < amount:
        with pytest.raises(QuotaError, match="quota_exhausted") as refusal:
            allocate_use(amount, sources)
        assert refusal.value.values["left"] == before.left
        return
    parts = allocate_use(amount, sources)
    assert sum(part.amount for part in parts) == amount
    assert all(0 < part.amount <= part.source.left for part in parts)
    after = sum_up(serve(parts, sources))
    assert (after.left, after.used) == (before.left - amount, before.used + amount)
    assert after.amount == before.amount


def test_no_order_of_small_uses_serves_more_than_there_is():
    sources, served = [MONTH, SOON], 0
    for number in range(40):
        try:
            sources = serve(allocate_use(Decimal(1 + number % 2), sources), sources)
            served += 1 + number % 2
        except QuotaError:
            continue
    assert served == 15
    assert sum_up(sources).left == 0


def test_a_lowered_allowance_leaves_nothing_and_never_less():
    lowered = replace(MONTH, used=Decimal(12))
    assert sum_up([lowered, SOON]).left == 5


def test_one_unlimited_source_makes_all_of_it_unlimited():
    balance = sum_up([*ALL, replace(ENDLESS, used=Decimal(7))])
    assert (balance.is_unlimited, balance.left, balance.amount, balance.used) == (
        True,
        None,
        None,
        7,
    )


def test_nothing_gives_nothing():
    assert sum_up([]).left == 0
    with pytest.raises(QuotaError, match="quota_exhausted"):
        allocate_use(Decimal(1), [])


def test_the_next_reset_is_that_of_the_window_that_ends_first():
    assert sum_up([MONTH, SOON]).resets_on == date(2026, 4, 2)
    assert sum_up([SOON]).resets_on is None


def test_the_unused_is_taken_first_and_the_used_is_reported():
    for amount, used, kept in product(range(6), repeat=3):
        if used > amount or kept > amount:
            continue
        taken, beyond = kept_of_stock(Decimal(amount), Decimal(used), Decimal(kept))
        assert 0 <= taken <= amount - used
        assert taken + beyond == amount - kept if kept < amount else (taken, beyond) == (0, 0)
