from datetime import date
from fractions import Fraction

from odoo.addons.rc_commission.kernel.received import (
    CreditLine,
    CreditNote,
    Invoice,
    InvoiceLine,
    Receipt,
    credited_parts,
    first_received_on,
    received_steps,
)

D1, D2, D3 = date(2026, 1, 5), date(2026, 1, 20), date(2026, 2, 1)


def one_line(total="50", net="50"):
    return Fraction(total), (InvoiceLine("l", Fraction(net), frozenset([1]), 7),)


def credit(on, amount, total=None, **lead):
    lead = lead or {"sale_lines": frozenset([1]), "product": 7}
    return CreditNote(on, Fraction(total or amount), (CreditLine(Fraction(amount), **lead),))


def story(invoice):
    return [(step.on, step.shares["l"]) for step in received_steps(invoice)]


def test_part_payments_count_as_far_as_they_go():
    total, lines = one_line()
    paid = (Receipt(D1, Fraction(20)), Receipt(D2, Fraction(30)))
    assert story(Invoice(total, lines, paid)) == [(D1, Fraction(2, 5)), (D2, 1)]


def test_tax_is_paid_in_the_same_proportion():
    total, lines = one_line(total="57.5")
    assert story(Invoice(total, lines, (Receipt(D1, Fraction("28.75")),))) == [(D1, Fraction(1, 2))]


def test_an_unpaid_invoice_has_no_share_whatever_was_credited():
    total, lines = one_line()
    assert received_steps(Invoice(total, lines, (), (credit(D2, "25"),))) == []


def test_a_half_credited_and_then_paid_invoice_counts_half():
    total, lines = one_line()
    invoice = Invoice(total, lines, (Receipt(D2, Fraction(25)),), (credit(D1, "25"),))
    assert story(invoice) == [(D2, Fraction(1, 2))]


def test_a_credit_note_lowers_the_share_before_and_after_money_is_returned():
    total, lines = one_line()
    paid = Receipt(D1, Fraction(50))
    before = Invoice(total, lines, (paid,), (credit(D2, "25"),))
    assert story(before) == [(D1, 1), (D2, Fraction(1, 2))]
    returned = Invoice(total, lines, (paid, Receipt(D3, Fraction(-25))), (credit(D2, "25"),))
    assert story(returned) == [(D1, 1), (D2, Fraction(1, 2))]


def test_a_full_refund_leaves_nothing():
    total, lines = one_line()
    paid = (Receipt(D1, Fraction(50)), Receipt(D2, Fraction(-50)))
    assert story(Invoice(total, lines, paid, (credit(D2, "50"),))) == [(D1, 1), (D2, 0)]


def test_money_returned_without_a_credit_note_lowers_the_share_too():
    total, lines = one_line()
    paid = (Receipt(D1, Fraction(50)), Receipt(D2, Fraction(-20)))
    assert story(Invoice(total, lines, paid)) == [(D1, 1), (D2, Fraction(3, 5))]


LINES = (
    InvoiceLine("a", Fraction(60), frozenset([1]), 7),
    InvoiceLine("b", Fraction(40), frozenset([2]), 8),
    InvoiceLine("c", Fraction(20), frozenset([3]), 8),
)


def test_a_credit_line_finds_its_line_by_sale_line_then_product_then_all():
    def parts(**lead):
        return credited_parts(LINES, [credit(D1, "30", **lead)])

    assert parts(sale_lines=frozenset([1]), product=8) == {"a": Fraction(1, 2), "b": 0, "c": 0}
    assert parts(product=8) == {"a": 0, "b": Fraction(1, 2), "c": Fraction(1, 2)}
    assert parts(product=9) == {"a": Fraction(1, 4), "b": Fraction(1, 4), "c": Fraction(1, 4)}


def test_what_exceeds_its_line_spills_to_the_others_and_never_over_all():
    assert credited_parts(LINES, [credit(D1, "70", sale_lines=frozenset([1]))]) == {
        "a": 1,
        "b": Fraction(1, 6),
        "c": Fraction(1, 6),
    }
    assert set(credited_parts(LINES, [credit(D1, "500")]).values()) == {Fraction(1)}


def test_discount_lines_are_spread_on_both_sides():
    lines = (*LINES[:2], InvoiceLine("d", Fraction(-10), frozenset([9]), 9))
    full = CreditNote(
        D1,
        Fraction(90),
        (
            CreditLine(Fraction(60), frozenset([1])),
            CreditLine(Fraction(40), frozenset([2])),
            CreditLine(Fraction(-10), frozenset([9])),
        ),
    )
    assert credited_parts(lines, [full]) == {"a": 1, "b": 1, "d": 0}
    assert credited_parts(lines, [credit(D1, "27", sale_lines=frozenset([1]))]) == {
        "a": Fraction(1, 2),
        "b": 0,
        "d": 0,
    }


def test_the_first_payment_of_a_line_is_the_first_day_its_share_is_above_zero():
    total, lines = one_line()
    steps = received_steps(Invoice(total, lines, (Receipt(D2, Fraction(1)),)))
    assert first_received_on(steps, "l") == D2
    assert first_received_on([], "l") is None
