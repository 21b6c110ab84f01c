from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.periods import Period
from odoo.addons.rc_membership.kernel.proration import (
    Offer,
    Paid,
    change_at,
    net_of_reductions,
    unused_credit,
)

START = date(2026, 3, 2)
AMOUNTS = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)
PERIODS = st.integers(1, 1200).map(lambda days: Period(START, START + timedelta(days=days)))


def test_the_credit_of_the_spec():
    month = Paid("25.00", Period(date(2026, 3, 2), date(2026, 4, 2)))
    assert unused_credit([month], date(2026, 3, 17), 2) == Decimal("12.90")
    assert unused_credit([month], date(2026, 3, 2), 2) == Decimal("25.00")
    assert unused_credit([month], date(2026, 4, 2), 2) == Decimal("0.00")


def test_a_period_paid_ahead_is_credited_whole():
    ahead = Paid("25.00", Period(date(2026, 4, 2), date(2026, 5, 2)))
    assert unused_credit([ahead], date(2026, 3, 17), 2) == Decimal("25.00")


@given(AMOUNTS, PERIODS, st.integers(-10, 1300))
def test_a_credit_lies_between_nothing_and_what_was_paid(amount, period, day):
    credit = unused_credit([Paid(amount, period)], START + timedelta(days=day), 2)
    assert 0 <= credit <= amount


@given(AMOUNTS, PERIODS, st.integers(0, 1200))
def test_a_day_later_never_gives_more(amount, period, day):
    credits = [
        unused_credit([Paid(amount, period)], START + timedelta(days=d), 2) for d in (day, day + 1)
    ]
    assert credits[0] >= credits[1]


@given(AMOUNTS, AMOUNTS)
def test_reductions_never_make_a_line_negative(amount, reduction):
    assert 0 <= net_of_reductions(amount, amount, -reduction) <= amount


def test_more_starts_at_once_and_less_at_the_end():
    pro, pro_year = Offer(1, (10, 1), 1), Offer(2, (10, 1), 12)
    premium = Offer(3, (20, 2), 1)
    assert [change_at(pro, new) for new in (pro, pro_year, premium)] == ["same", "now", "now"]
    assert [change_at(premium, new) for new in (pro, pro_year)] == ["end", "end"]
    assert change_at(pro_year, pro) == "end"
