"""How much of a line has really been received: the share every award is multiplied with.

share of a line = (1 − its credited part) × min(1, received ÷ (invoice total − credited total)),
received = payments less money returned. Amounts are in the invoice's currency; ``total`` is with
tax, nets are without.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .basis import spread_discounts


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that arrived (positive) or was returned (negative) on a day."""

    on: date
    amount: Fraction


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of the invoice; ``sale_lines`` and ``product`` lead credit notes to it."""

    key: str
    net: Fraction
    sale_lines: frozenset[int] = frozenset()
    product: int | None = None


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A line of a credit note, positive when it takes off."""

    net: Fraction
    sale_lines: frozenset[int] = frozenset()
    product: int | None = None


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A posted credit note of the invoice."""

    on: date
    total: Fraction
    lines: tuple[CreditLine, ...]


@dataclass(frozen=True, slots=True)
class Invoice:
    """A posted customer invoice with all that happened to it; a cancelled one has no receipts."""

    total: Fraction
    lines: tuple[InvoiceLine, ...]
    receipts: tuple[Receipt, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareStep:
    """Line key → received share from ``on`` until the next step; ``paid`` is the part of what is
    due that was received."""

    on: date
    shares: Mapping[str, Fraction]
    paid: Fraction = Fraction(1)


def received_steps(invoice: Invoice) -> list[ShareStep]:
    """Return how the shares changed, day by day; the last step is how it stands.

    Empty if nothing was ever received.

    >>> line = InvoiceLine("l", Fraction(50))
    >>> paid = Receipt(date(2026, 1, 5), Fraction(20))
    >>> [dict(step.shares) for step in received_steps(Invoice(Fraction(50), (line,), (paid,)))]
    [{'l': Fraction(2, 5)}]
    """
    if not any(receipt.amount > 0 for receipt in invoice.receipts):
        return []
    days = sorted({fact.on for fact in (*invoice.receipts, *invoice.credit_notes)})
    steps: list[ShareStep] = []
    for day in days:
        shares, paid = _shares(
            invoice,
            [receipt for receipt in invoice.receipts if receipt.on <= day],
            [note for note in invoice.credit_notes if note.on <= day],
        )
        before = steps[-1].shares if steps else dict.fromkeys(shares, Fraction(0))
        if shares != before:
            steps.append(ShareStep(day, shares, paid))
    return steps


def _shares(invoice, receipts: Iterable[Receipt], notes: Sequence[CreditNote]):
    received = sum((receipt.amount for receipt in receipts), Fraction(0))
    due = invoice.total - sum((note.total for note in notes), Fraction(0))
    if received <= 0:
        paid = Fraction(0)
    else:
        paid = min(Fraction(1), received / due) if due > 0 else Fraction(1)
    credited = credited_parts(invoice.lines, notes)
    return {line.key: (1 - credited[line.key]) * paid for line in invoice.lines}, paid


def credited_parts(
    lines: Sequence[InvoiceLine], notes: Iterable[CreditNote]
) -> dict[str, Fraction]:
    """Return line key → the part of it that credit notes took off, 0 to 1.

    A credit line goes to the lines of the same sale line, else of the same product, else to all;
    among several in proportion to what is left of them. What exceeds them spills to the others.
    Discounts are spread first, on both sides.
    """
    nets = dict(
        zip(
            (line.key for line in lines),
            spread_discounts([line.net for line in lines]),
            strict=True,
        )
    )
    left = dict(nets)
    for note in sorted(notes, key=lambda item: item.on):
        amounts = spread_discounts([line.net for line in note.lines])
        for credit, amount in zip(note.lines, amounts, strict=True):
            _take_off(lines, left, credit, amount)
    return {key: (net - left[key]) / net if net > 0 else Fraction(0) for key, net in nets.items()}


def _take_off(lines, left: dict[str, Fraction], credit: CreditLine, amount: Fraction) -> None:
    same_sale = [line.key for line in lines if line.sale_lines & credit.sale_lines]
    same_product = [
        line.key for line in lines if line.product is not None and line.product == credit.product
    ]
    for keys in (same_sale, same_product, [line.key for line in lines]):
        room = sum((left[key] for key in keys), Fraction(0))
        taken = min(amount, room)
        if taken > 0:
            for key in keys:
                left[key] -= taken * left[key] / room
            amount -= taken


def first_received_on(steps: Sequence[ShareStep], key: str) -> date | None:
    """Return the day the line's share first was above zero, or None."""
    return next((step.on for step in steps if step.shares.get(key, 0) > 0), None)
