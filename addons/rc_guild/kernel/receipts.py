"""What a member paid, net of what came back: the one reading both points and fund stand on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import Exact, to_fraction
from odoo.addons.rc_membership.kernel.received import InvoiceMoney

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

    ``money`` are its totals in its own currency; ``counted`` is the part of it that counts for
    guilds and ``credited_counted`` what credit notes took off that, both without tax in the
    program's currency.
    """

    money: InvoiceMoney
    counted: Exact
    credited_counted: Exact
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
    """Return what was received and kept of the counted part.

    >>> from decimal import Decimal
    >>> half_back = InvoiceMoney(*map(Decimal, (50, 50, 25, 25, 50)))
    >>> net_amount(Invoice(half_back, 50, 25, (Paid(date(2026, 1, 5), 1, 50),)))
    Fraction(25, 1)
    """
    left = to_fraction(invoice.counted) - to_fraction(invoice.credited_counted)
    return max(Fraction(0), left * invoice.money.received_share)


def net_receipts(invoice: Invoice) -> list[tuple[date, int, Fraction]]:
    """Split the net amount over the payments, in their order: (received_on, sequence, amount).

    What came back shortens the last payments first, so money keeps the day it arrived on.

    >>> from decimal import Decimal
    >>> half_back = InvoiceMoney(*map(Decimal, (50, 50, 25, 25, 50)))
    >>> paid = (Paid(date(2026, 1, 5), 1, 30), Paid(date(2026, 2, 5), 2, 20))
    >>> net_receipts(Invoice(half_back, 50, 25, paid))
    [(datetime.date(2026, 1, 5), 1, Fraction(25, 1))]
    """
    left, total = net_amount(invoice), to_fraction(invoice.money.total)
    parts: list[tuple[date, int, Fraction]] = []
    for paid in sorted(invoice.paid, key=lambda paid: (paid.received_on, paid.sequence)):
        full = to_fraction(paid.amount) * to_fraction(invoice.counted) / total if total else left
        share = min(left, full)
        if share > 0:
            parts.append((paid.received_on, paid.sequence, share))
            left -= share
    if left > 0 and parts:  # a credit note of lines that do not count leaves more for the others
        received_on, sequence, share = parts[-1]
        parts[-1] = (received_on, sequence, share + left)
    return parts


def total_of(receipts: Iterable[Receipt]) -> Fraction:
    """Return the sum of the receipts' amounts, exact."""
    return sum((to_fraction(receipt.amount) for receipt in receipts), Fraction(0))
