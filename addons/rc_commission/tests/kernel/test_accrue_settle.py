from datetime import date
from decimal import Decimal

from odoo.addons.rc_commission.kernel.accrue import Delta, Posted, decide_deltas
from odoo.addons.rc_commission.kernel.settle import (
    Nothing,
    OpenItem,
    due_dates,
    paid_amount,
    settle,
)

D1, D2, D3 = date(2026, 1, 5), date(2026, 1, 20), date(2026, 3, 1)
P1, P2 = date(2026, 2, 4), date(2026, 2, 19)


def money(text):
    return Decimal(text)


def deltas(due, posted=None, on=D3):
    due = [(day, money(amount)) for day, amount in due]
    return decide_deltas(due, posted or Posted(), 30, on)


def posted(total, **parts):
    days = {"p1": P1, "p2": P2}
    return Posted(money(total), {days[day]: money(amount) for day, amount in parts.items()})


def test_each_part_payment_is_held_from_its_own_date():
    assert deltas([(D1, "2.00"), (D2, "5.00")]) == [
        Delta("accrual", money("2.00"), D1, P1),
        Delta("accrual", money("3.00"), D2, P2),
    ]
    assert deltas([(D1, "2.00"), (D2, "5.00")], posted("2.00", p1="2.00")) == [
        Delta("accrual", money("3.00"), D2, P2)
    ]


def test_what_came_and_went_before_it_was_seen_leaves_only_what_stands():
    assert deltas([(D1, "5.00"), (D2, "2.50")]) == [Delta("accrual", money("2.50"), D1, P1)]


def test_a_fall_lowers_the_latest_open_part_first_and_takes_its_date():
    found = deltas([(D1, "1.00")], posted("5.00", p1="2.00", p2="3.00"))
    assert found == [
        Delta("reversal", money("3.00"), D3, P2),
        Delta("reversal", money("1.00"), D3, P1),
    ]


def test_what_was_settled_or_paid_becomes_a_debt():
    assert deltas([], posted("5.00", p2="3.00")) == [
        Delta("reversal", money("3.00"), D3, P2),
        Delta("debt", money("2.00"), D3, None, "debt"),
    ]
    assert deltas([(D1, "2.50")], posted("5.00")) == [
        Delta("debt", money("2.50"), D3, None, "debt")
    ]


def test_nothing_changes_when_all_is_posted():
    assert deltas([(D1, "5.00")], posted("5.00")) == []


def item(number, amount, day=P1):
    return OpenItem(number, money(amount), day)


TODAY = date(2026, 2, 15)


def test_a_settlement_takes_all_that_is_payable_and_nothing_held():
    found = settle(
        [item(2, "3.00"), item(1, "5.00"), item(3, "9.00", P2)], money(0), money(0), TODAY
    )
    assert [entry.id for entry in found.items] == [1, 2]
    assert (found.payable, found.netted, found.amount) == (money("8.00"), money(0), money("8.00"))


def test_an_entry_is_payable_from_the_beginning_of_its_day():
    assert isinstance(settle([item(1, "5.00")], money(0), money(0), date(2026, 2, 3)), Nothing)
    assert settle([item(1, "5.00")], money(0), money(0), P1).amount == money("5.00")


def test_a_debt_is_swallowed_first_even_if_nothing_is_left_to_bill():
    found = settle([item(1, "5.00")], money("7.00"), money("10"), TODAY)
    assert (found.netted, found.amount) == (money("5.00"), money("0.00"))


def test_below_the_minimum_everything_waits():
    found = settle([item(1, "5.00"), item(2, "1.00", P2)], money("1.00"), money("4.50"), TODAY)
    assert found == Nothing("below_minimum", money("5.00"), money("1.00"), P2)


def test_why_nothing_is_settled():
    assert settle([], money("3.00"), money(0), TODAY).code == "nothing_open"
    held = settle([item(1, "5.00", P2)], money(0), money(0), TODAY)
    assert held == Nothing("nothing_payable", money(0), money("5.00"), P2)


def test_what_is_being_checked_waits_and_the_rest_is_settled():
    checked = OpenItem(1, money("5.00"), P1, award_id=7)
    other = OpenItem(2, money("3.00"), P1, award_id=8)
    found = settle([checked, other], money(0), money(0), TODAY, screened={7})
    assert (found.items, found.amount) == ((other,), money("3.00"))
    waits = settle([checked], money(0), money(0), TODAY, screened={7})
    assert waits == Nothing("screening", money(0), money("5.00"))


def test_to_a_frozen_payee_nothing_is_settled_and_it_says_why():
    found = settle([item(1, "5.00"), item(2, "1.00", P2)], money(0), money(0), TODAY, (), True)
    assert found == Nothing("frozen", money("5.00"), money("1.00"))
    assert settle([], money(0), money(0), TODAY, (), True).code == "nothing_open"


def test_accrued_and_reversed_at_once_settles_nothing():
    assert isinstance(
        settle([item(1, "5.00"), item(2, "-5.00")], money(0), money(0), TODAY), Nothing
    )


def test_a_bill_is_paid_as_far_as_its_untaxed_part_is():
    def paid(amount, untaxed="100", total="115"):
        return str(paid_amount(money("100.00"), money(amount), money(untaxed), money(total), 2))

    assert [paid("115"), paid("57.50"), paid("0"), paid("200")] == [
        "100.00",
        "50.00",
        "0.00",
        "100.00",
    ]
    assert paid("80", "80", "80") == "80.00"  # the accountant shortened the bill
    assert paid("90", "100", "90") == "100.00"  # ten were withheld


def test_missed_settlement_dates_are_found_in_order():
    assert due_dates(15, date(2025, 11, 15), date(2026, 2, 14)) == [
        date(2025, 12, 15),
        date(2026, 1, 15),
    ]
    assert due_dates(15, date(2026, 1, 14), date(2026, 1, 15)) == [date(2026, 1, 15)]
