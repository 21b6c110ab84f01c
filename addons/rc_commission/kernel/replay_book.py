"""What a replay keeps: orders with their invoices, awards with what is booked, accounts."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .hold import is_payable
from .received import CreditNote, Invoice, InvoiceLine, Receipt
from .settle import OpenItem
from .types import Award, PlanVersion, Sale

CASH = "cash"


@dataclass(slots=True)
class Order:
    """An order with its invoice and what happened to it; ``sale.on`` is set by its first money."""

    sale: Sale
    receipts: list[Receipt] = field(default_factory=list)
    charged_back: list[Receipt] = field(default_factory=list)
    notes: list[CreditNote] = field(default_factory=list)
    credited: set[str] = field(default_factory=set)

    @property
    def total(self) -> Fraction:
        return sum((line.gross for line in self.sale.lines), Fraction(0))

    @property
    def invoice(self) -> Invoice:
        return Invoice(
            total=self.total,
            lines=tuple(InvoiceLine(line.key, line.net) for line in self.sale.lines),
            receipts=tuple(self.receipts),
            credit_notes=tuple(self.notes),
        )

    @property
    def received(self) -> Fraction:
        return sum((receipt.amount for receipt in self.receipts), Fraction(0))

    @property
    def owed(self) -> Fraction:
        """What is invoiced, not credited and not received."""
        return self.total - sum((note.total for note in self.notes), Fraction(0)) - self.received


@dataclass(slots=True)
class Booked:
    """An award with what the ledger holds of it."""

    number: int
    award: Award
    version: PlanVersion
    total: Decimal = Decimal(0)
    reserve: Decimal = Decimal(0)

    @property
    def digits(self) -> int:
        return self.version.digits if self.award.give == CASH else 0


@dataclass(slots=True)
class Account:
    """What a payee has in a currency (or in points): unsettled entries and sums."""

    items: list[OpenItem] = field(default_factory=list)
    settled: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    reserve: Decimal = Decimal(0)
    debt: Decimal = Decimal(0)
    bills: list[tuple[date, Decimal]] = field(default_factory=list)

    def state(self, today: date) -> dict[str, Decimal]:
        """Return held, payable, settled, paid, reserve, debt and accrued as they stand."""
        payable = sum((i.amount for i in self.items if is_payable(i.payable_on, today)), Decimal(0))
        held = sum((i.amount for i in self.items), Decimal(0)) - payable
        accrued = payable + held + self.settled + self.paid + self.reserve - self.debt
        return {
            "held": held,
            "payable": payable,
            "settled": self.settled,
            "paid": self.paid,
            "reserve": self.reserve,
            "debt": self.debt,
            "accrued": accrued,
        }
