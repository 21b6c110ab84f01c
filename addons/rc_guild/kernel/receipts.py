"""What a member paid, net of what came back: the one reading both points and fund stand on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import Exact, to_fraction

from .spells import Spell


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that arrived on one invoice: ``amount`` in the invoice's currency, tax included.

    ``sequence`` orders what arrived on one day (the id of the reconciliation).
    """

    received_on: date
    sequence: int
    amount: Exact


@dataclass(frozen=True, slots=True)
class Invoice:
    """A customer invoice as this module sees it.

    In the program's currency, without tax: ``counted``, the part that counts for guilds, and
    ``credited_counted``, what posted credit notes took off it. In the invoice's currency, with
    tax: ``total``, ``credited`` off it, the money ``returned`` and the payments.
    """

    counted: Exact
    total: Exact
    credited: Exact
    credited_counted: Exact
    returned: Exact
    paid: tuple[Paid, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A dated share of a member's net payments, exact, without tax.

    ``spell`` is the stay in a guild it counts for and ``sponsor_id`` the sponsor, or None.
    """

    received_on: date
    sequence: int
    amount: Exact
    spell: Spell | None = None
    sponsor_id: int | None = None


def net_amount(invoice: Invoice) -> Fraction:
    """Return what remains of the counted part: (counted − credited) × received share.

    The received share is ``min(1, (paid − returned) ÷ (total − credited))`` and never below 0.

    >>> from decimal import Decimal
    >>> paid = (Paid(date(2026, 1, 5), 1, Decimal(50)),)
    >>> net_amount(Invoice(Decimal(50), Decimal(50), Decimal(25), Decimal(25), 0, paid))
    Fraction(25, 1)
    """
    left = to_fraction(invoice.counted) - to_fraction(invoice.credited_counted)
    due = to_fraction(invoice.total) - to_fraction(invoice.credited)
    if left <= 0 or due <= 0:
        return Fraction(0)
    money = sum((to_fraction(paid.amount) for paid in invoice.paid), Fraction(0))
    return left * max(Fraction(0), min(Fraction(1), (money - to_fraction(invoice.returned)) / due))


def net_receipts(invoice: Invoice) -> list[tuple[date, int, Fraction]]:
    """Split the net amount over the payments, in their order: (received_on, sequence, amount).

    What came back shortens the last payments first, so money keeps the day it arrived on.

    >>> from decimal import Decimal
    >>> paid = (Paid(date(2026, 1, 5), 1, Decimal(30)), Paid(date(2026, 2, 5), 2, Decimal(20)))
    >>> net_receipts(Invoice(Decimal(50), Decimal(50), Decimal(25), Decimal(25), 0, paid))
    [(datetime.date(2026, 1, 5), 1, Fraction(25, 1))]
    """
    left = net_amount(invoice)
    full = to_fraction(invoice.counted)
    total = to_fraction(invoice.total)
    parts = []
    for paid in sorted(invoice.paid, key=lambda paid: (paid.received_on, paid.sequence)):
        share = min(left, to_fraction(paid.amount) * full / total) if total else Fraction(0)
        if share > 0:
            parts.append((paid.received_on, paid.sequence, share))
            left -= share
    if left > 0 and parts:
        last = parts[-1]
        parts[-1] = (last[0], last[1], last[2] + left)
    return parts


def total_of(receipts: Sequence[Receipt]) -> Fraction:
    """Return the sum of the receipts' amounts, exact."""
    return sum((to_fraction(receipt.amount) for receipt in receipts), Fraction(0))
