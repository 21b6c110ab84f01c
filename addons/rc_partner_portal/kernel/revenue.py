"""What came in on an invoice, day by day: the money commissions are counted on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_commission.kernel.basis import spread_discounts
from odoo.addons.rc_commission.kernel.received import Invoice, received_steps
from odoo.addons.rc_membership.kernel.money import round_half_up


@dataclass(frozen=True, slots=True)
class Receipt:
    """``amount`` came in (positive) or went back (negative) ``on`` a day, without tax."""

    on: date
    amount: Decimal


def get_receipts(invoice: Invoice, rate: Fraction, digits: int) -> tuple[Receipt, ...]:
    """Return what was received of an invoice and kept, by the day it changed, without zeros.

    :param rate: how many of the wanted currency one unit of the invoice's currency is worth
    :param digits: decimals of the wanted currency

    The rounded amounts add up to the rounded whole: each is the difference of two rounded sums.
    A half paid invoice of 50.00 gives one receipt of 25.00.
    """
    keys = [line.key for line in invoice.lines]
    nets = dict(zip(keys, spread_discounts([line.net for line in invoice.lines]), strict=True))
    receipts, before = [], round_half_up(0, digits)
    for step in received_steps(invoice):
        exact = sum((nets[key] * share for key, share in step.shares.items()), Fraction(0))
        now = round_half_up(exact * rate, digits)
        if now != before:
            receipts.append(Receipt(step.on, now - before))
        before = now
    return tuple(receipts)
