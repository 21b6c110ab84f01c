from datetime import datetime
from decimal import Decimal

import pytest

from odoo.addons.rc_membership.kernel.ledger import (
    LedgerError,
    Posting,
    Slot,
    bucket_changes,
    unique_by_key,
)


def a_posting(key="k", amount="5", debit=None, credit=None, **more):
    return Posting(
        key=key,
        kind="earn",
        debit=debit or Slot("issued"),
        credit=credit or Slot("available", 1),
        amount=Decimal(amount),
        occurred_at=datetime(2026, 1, 1),
        **more,
    )


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount": "0"}, "amount_not_positive"),
        ({"amount": "-1"}, "amount_not_positive"),
        ({"amount": "NaN"}, "amount_not_positive"),
        ({"amount": "Infinity"}, "amount_not_positive"),
        ({"debit": Slot("available", 1)}, "same_slot"),
        ({"credit": Slot("expired")}, "no_account"),
        ({"key": ""}, "no_key"),
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(values, code):
    with pytest.raises(LedgerError) as refused:
        a_posting(**values)
    assert refused.value.code == code


def test_a_binary_amount_is_refused():
    with pytest.raises(TypeError):
        Posting("k", "earn", Slot("issued"), Slot("available", 1), 0.1, datetime(2026, 1, 1))


def test_the_same_posting_twice_counts_once():
    assert unique_by_key([a_posting(), a_posting(), a_posting("j")]) == [
        a_posting("j"),
        a_posting(),
    ]


def test_the_same_key_with_other_content_is_a_conflict():
    with pytest.raises(LedgerError) as refused:
        unique_by_key([a_posting(), a_posting(amount="6")])
    assert (refused.value.code, refused.value.values) == ("key_conflict", {"key": "k"})


def test_wording_and_time_are_not_content():
    assert a_posting().content_hash == a_posting(reason="other words").content_hash
    assert a_posting("5.00").content_hash == a_posting("5").content_hash


def test_what_leaves_one_account_arrives_at_another():
    gift = a_posting(debit=Slot("available", 7), credit=Slot("available", 3))
    earn = a_posting("e", "2", credit=Slot("available", 7))
    assert bucket_changes([gift, earn]) == {
        3: {"available": Decimal(5)},
        7: {"available": Decimal(-3)},
    }
    assert list(bucket_changes([gift, earn])) == [3, 7]


def test_a_balance_that_ends_where_it_began_is_left_alone():
    there = a_posting(debit=Slot("available", 1), credit=Slot("locked", 1))
    back = a_posting("b", debit=Slot("locked", 1), credit=Slot("available", 1))
    assert bucket_changes([there, back]) == {1: {}}
