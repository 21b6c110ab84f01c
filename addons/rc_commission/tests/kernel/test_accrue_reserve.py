"""What of an award waits in reserve, and what a refund takes back under each clawback."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.accrue import Delta, Posted, decide_deltas, due_amounts
from odoo.addons.rc_commission.kernel.received import ShareStep

D1, D2, D3 = date(2026, 1, 5), date(2026, 1, 20), date(2026, 2, 20)
P1 = date(2026, 2, 4)
FIFTH = Fraction(1, 5)


def shares(*values):
    days = (D1, D2, D3)
    return [
        ShareStep(day, {"l": Fraction(value)}) for day, value in zip(days, values, strict=False)
    ]


@pytest.mark.parametrize(
    ("clawback", "due"),
    [
        ("proportional", ["10.00", "5.00", "2.50"]),
        ("full", ["10.00", "0.00", "0.00"]),
        ("none", ["10.00", "10.00", "10.00"]),
    ],
)
def test_a_refund_takes_back_its_part_or_all_or_nothing(clawback, due):
    amounts = due_amounts(Decimal("10.00"), shares(1, "1/2", "1/4"), "l", 2, clawback)
    assert amounts == [(day, Decimal(text)) for day, text in zip((D1, D2, D3), due, strict=True)]


def test_what_full_took_back_stays_back_when_more_money_comes():
    amounts = due_amounts(Decimal("10.00"), shares("1/2", "1/4", "3/4"), "l", 2, "full")
    assert amounts[-1] == (D3, Decimal("0.00"))


def test_money_that_never_stayed_is_not_kept_by_none():
    assert due_amounts(Decimal("10.00"), [], "l", 2, "none") == []


def test_a_part_of_an_accrual_waits_in_reserve():
    assert decide_deltas([(D1, Decimal("0.13"))], Posted(), 30, D1, FIFTH, 2) == [
        Delta("accrual", Decimal("0.03"), D1, None, bucket="reserve"),
        Delta("accrual", Decimal("0.10"), D1, P1),
    ]


def test_a_reversal_takes_from_the_reserve_what_was_the_reserves():
    posted = Posted(Decimal("10.00"), {P1: Decimal("8.00")}, Decimal("2.00"))
    due = [(D1, Decimal("10.00")), (D2, Decimal("5.00"))]
    assert decide_deltas(due, posted, 30, D2, FIFTH, 2) == [
        Delta("reversal", Decimal("1.00"), D2, None, bucket="reserve"),
        Delta("reversal", Decimal("4.00"), D2, P1),
    ]


def test_after_settlement_the_reserve_still_gives_its_own_part_first():
    posted = Posted(Decimal("10.00"), {}, Decimal("2.00"))
    assert decide_deltas([(D2, Decimal("0.00"))], posted, 30, D2, FIFTH, 2) == [
        Delta("reversal", Decimal("2.00"), D2, None, bucket="reserve"),
        Delta("debt", Decimal("8.00"), D2, None, bucket="debt"),
    ]


def test_an_unlocked_award_is_reversed_from_what_is_open():
    posted = Posted(Decimal("10.00"), {P1: Decimal("8.00"), D2: Decimal("2.00")})
    assert decide_deltas([(D3, Decimal("4.00"))], posted, 30, D3) == [
        Delta("reversal", Decimal("6.00"), D3, P1),
    ]
