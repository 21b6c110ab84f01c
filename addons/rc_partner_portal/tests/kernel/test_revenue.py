from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_commission.kernel.received import (
    CreditLine,
    CreditNote,
    Invoice,
    InvoiceLine,
    Receipt,
)
from odoo.addons.rc_partner_portal.kernel.revenue import get_receipts

JAN, FEB, MARCH = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)


def invoice(*receipts, lines=(50,), credited=()):
    """An invoice without tax; ``receipts`` and ``credited`` are (day, amount) pairs."""
    return Invoice(
        total=Fraction(sum(lines)),
        lines=tuple(
            InvoiceLine(f"account.move.line:{number}", Fraction(net), product=number)
            for number, net in enumerate(lines)
        ),
        receipts=tuple(Receipt(on, Fraction(amount)) for on, amount in receipts),
        credit_notes=tuple(
            CreditNote(on, Fraction(amount), (CreditLine(Fraction(amount)),))
            for on, amount in credited
        ),
    )


def received(document, rate=1, digits=2):
    return [(r.on, str(r.amount)) for r in get_receipts(document, Fraction(rate), digits)]


def test_an_unpaid_invoice_brought_nothing():
    assert received(invoice()) == []


def test_a_paid_invoice_brought_its_price_on_the_day_of_the_payment():
    assert received(invoice((JAN, 50))) == [(JAN, "50.00")]


def test_two_payments_are_two_receipts():
    assert received(invoice((JAN, 20), (FEB, 30))) == [(JAN, "20.00"), (FEB, "30.00")]


def test_a_full_refund_takes_everything_back_on_its_own_day():
    document = invoice((JAN, 50), (MARCH, -50), credited=[(MARCH, 50)])
    assert received(document) == [(JAN, "50.00"), (MARCH, "-50.00")]


def test_a_partial_refund_takes_back_its_part():
    document = invoice((JAN, 50), (FEB, -10), credited=[(FEB, 10)])
    assert received(document) == [(JAN, "50.00"), (FEB, "-10.00")]


def test_a_discount_line_lowers_what_came_in():
    assert received(invoice((JAN, 40), lines=(50, -10))) == [(JAN, "40.00")]


def test_rounded_parts_add_up_to_the_rounded_whole():
    document = invoice((JAN, 1), (FEB, 1), (MARCH, 1), lines=(3,))
    parts = get_receipts(document, Fraction(1, 3), 2)
    assert [str(part.amount) for part in parts] == ["0.33", "0.34", "0.33"]
    assert sum(part.amount for part in parts) == Decimal("1.00")


def test_another_currency_is_converted_before_rounding():
    assert received(invoice((JAN, 50)), rate="7/5", digits=0) == [(JAN, "70")]
