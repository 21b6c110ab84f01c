"""What counts as received of an invoice (source: the plan file's "received share")."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class InvoiceMoney:
    """Money facts of one customer invoice, in its own currency.

    ``total`` includes tax, ``net`` does not; ``credited_*`` are the posted credit notes against
    it; ``received`` is reconciled payments less money returned. All but that zero or positive.
    """

    total: Decimal
    net: Decimal
    credited_total: Decimal
    credited_net: Decimal
    received: Decimal

    @property
    def received_share(self) -> Fraction:
        """Received part of what is still owed, 0 to 1.

        >>> InvoiceMoney(Decimal(100), Decimal(80), Decimal(50), Decimal(40), Decimal(20)
        ...              ).received_share
        Fraction(2, 5)
        """
        owed = Fraction(self.total) - Fraction(self.credited_total)
        if owed <= 0:
            return Fraction(0) if self.total else Fraction(1)
        return max(Fraction(0), min(Fraction(1), Fraction(self.received) / owed))

    @property
    def net_received(self) -> Fraction:
        """Net money received and kept: what is not credited, times the received share."""
        return (Fraction(self.net) - Fraction(self.credited_net)) * self.received_share
