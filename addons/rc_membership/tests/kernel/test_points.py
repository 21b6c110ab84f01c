from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.points import (
    Split,
    earned_points,
    split_grant,
    split_take_back,
)
from odoo.addons.rc_membership.kernel.received import InvoiceMoney

whole = st.integers(0, 10**9).map(Decimal)


@given(whole, whole)
def test_a_grant_and_its_take_back_leave_nothing_behind(amount, debt):
    grant = split_grant(amount, debt)
    back = split_take_back(amount, grant.available)
    assert grant.available + grant.debt == amount
    assert debt - grant.debt + back.debt == debt
    assert grant.available - back.available == 0


@given(whole, whole)
def test_no_part_is_below_zero(amount, balance):
    for split in (split_grant(amount, balance), split_take_back(amount, balance)):
        assert split.available >= 0
        assert split.debt >= 0
        assert split.available + split.debt == amount


def test_spent_points_become_debt():
    assert split_take_back(Decimal(50), Decimal(20)) == Split(Decimal(20), Decimal(30))


def test_points_are_whole_and_rounded_down():
    assert earned_points(Decimal("25.99"), Decimal("1")) == 25
    assert earned_points(Decimal("9.99"), Decimal("0.1")) == 0
    assert earned_points(Decimal("-5"), Decimal("1")) == 0


def money(**values):
    return InvoiceMoney(
        **{
            name: Decimal(values.get(name, "0"))
            for name in ("total", "net", "credited_total", "credited_net", "received")
        }
    )


def test_forty_percent_paid_is_forty_percent_received():
    assert money(total="115", net="100", received="46").net_received == 40


def test_a_partial_refund_of_a_paid_invoice_lowers_the_net_in_proportion():
    paid = money(total="115", net="100", credited_total="57.5", credited_net="50", received="115")
    assert paid.net_received == 50


def test_a_credit_note_on_an_unpaid_invoice_leaves_nothing_received():
    assert money(total="100", net="100", credited_total="40", credited_net="40").net_received == 0


def test_a_fully_credited_invoice_has_received_nothing():
    gone = money(total="100", net="100", credited_total="100", credited_net="100", received="100")
    assert gone.net_received == 0


def test_more_money_returned_than_came_is_nothing_received():
    assert money(total="100", net="100", received="-5").net_received == 0


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_never_more_than_the_net_is_received(total, credited, received):
    credited = min(credited, total)
    facts = money(
        total=total, net=total, credited_total=credited, credited_net=credited, received=received
    )
    assert 0 <= facts.net_received <= total
