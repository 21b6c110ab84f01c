"""Lots: which points a spend draws, where a return puts them, what moves on with them.

A lot is what one grant left: points of one nature with one last day. Points are whole Decimals.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .ledger import LedgerError, Posting

EARNED, BONUS, BOUGHT = NATURES = ("earned", "bonus", "bought")


@dataclass(frozen=True, slots=True)
class Lot:
    """An open lot; ``expires_on`` is the first day on which it cannot be spent."""

    id: int
    nature: str
    remaining: Decimal
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot to be made; ``root_id`` is the lot whose price it carries on (a gift, a lock that
    matured), ``paid`` the money paid for bought points."""

    nature: str
    amount: Decimal
    expires_on: date | None = None
    root_id: int | None = None
    paid: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """Points taken from a lot; ``id`` is known of draws already written."""

    lot_id: int
    amount: Decimal
    id: int | None = None


@dataclass(frozen=True, slots=True)
class LotPosting(Posting):
    """A posting that says more about its lots than the ledger's rules would.

    ``gives``: the lots a credit makes (default: one, of the kind's nature);
    ``gives_back``: ids of entries whose draws a credit puts back;
    ``prefers``: ids of lots a debit draws first;
    ``spares_bought``: a debit takes bought points last, whatever their last day;
    ``only_from``: the one lot a debit draws (expiry);
    ``natures``: a debit draws points of these natures only (empty: of all);
    ``moves_lots``: the lots themselves change hands (contacts merged).
    """

    gives: tuple[NewLot, ...] = ()
    gives_back: tuple[int, ...] = ()
    prefers: tuple[int, ...] = ()
    spares_bought: bool = False
    only_from: int | None = None
    natures: tuple[str, ...] = ()
    moves_lots: bool = False


def spending_order(lot: Lot) -> tuple:
    """Sort key: earliest last day first, then earned, bonus, bought, then the older lot."""
    return (lot.expires_on or date.max, NATURES.index(lot.nature), lot.id)


def draw(
    lots: Iterable[Lot],
    amount: Decimal,
    prefers: Sequence[int] = (),
    spares_bought: bool = False,
) -> list[Draw]:
    """Return what is taken from which lot, in order; ``insufficient_lots`` if they hold less.

    >>> lots = [Lot(1, "bought", Decimal(5), date(2026, 3, 1)), Lot(2, "bonus", Decimal(5)),
    ...         Lot(3, "earned", Decimal(5))]
    >>> [(d.lot_id, int(d.amount)) for d in draw(lots, Decimal(12))]
    [(1, 5), (3, 5), (2, 2)]
    """

    def order(lot):
        last = spares_bought and lot.nature == BOUGHT
        return (lot.id not in prefers, last, *spending_order(lot))

    draws, left = [], amount
    for lot in sorted(lots, key=order):
        part = min(left, lot.remaining)
        if part > 0:
            draws.append(Draw(lot.id, part))
            left -= part
    if left:
        raise LedgerError("insufficient_lots", needed=amount, balance=amount - left)
    return draws


def give_back(draws: Sequence[Draw], amount: Decimal) -> list[Draw]:
    """Return how much of each earlier draw is put back: the last drawn comes back first.

    So a spend of 10 with 4 given back leaves the lots of a spend of 6. The amounts of ``draws``
    are what is still out. More than that is ``given_back_twice``.

    >>> [(d.lot_id, int(d.amount)) for d in
    ...  give_back([Draw(1, Decimal(5), 11), Draw(3, Decimal(5), 12)], Decimal(7))]
    [(3, 5), (1, 2)]
    """
    returned, left = [], amount
    for earlier in reversed(draws):
        part = min(left, earlier.amount)
        if part > 0:
            returned.append(replace(earlier, amount=part))
            left -= part
    if left:
        raise LedgerError("given_back_twice", amount=amount, excess=left)
    return returned


def take_from(lots: Iterable[Lot], draws: Iterable[Draw], sign: int = -1) -> list[Lot]:
    """Return the lots after the draws (``sign`` 1: after they were put back)."""
    moved: dict[int, Decimal] = {}
    for row in draws:
        moved[row.lot_id] = moved.get(row.lot_id, Decimal(0)) + sign * row.amount
    return [replace(lot, remaining=lot.remaining + moved.get(lot.id, 0)) for lot in lots]


def takeable(lots: Iterable[Lot]) -> Decimal:
    """Return the earned and bonus points among the lots: what a points debt can be cleared with.

    >>> takeable([Lot(1, "bought", Decimal(5)), Lot(2, "bonus", Decimal(3))])
    Decimal('3')
    """
    return sum((lot.remaining for lot in lots if lot.nature != BOUGHT), Decimal(0))
