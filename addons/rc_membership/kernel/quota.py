"""Rights that are used up: windows of a quota, which source serves first, and what is left.

An amount is a ``Decimal`` with at most :data:`DIGITS` decimals; ``None`` stands for unlimited.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal

from .periods import Period, anniversary_around, calendar_period, utc_midnight

DIGITS = 4
AMOUNT_MAX = Decimal(10**9)
FOREVER = date(1970, 1, 1)  # where the one window of a lifetime begins

TIER, GRANT, STOCK = "tier", "grant", "stock"
_KINDS = (TIER, GRANT, STOCK)


class QuotaError(Exception):
    """A refusal with a code (``bad_amount``, ``quota_exhausted``, ``key_conflict``)."""

    def __init__(self, code: str, **values):
        self.code = code
        self.values = values
        super().__init__(f"{code}: {values}" if values else code)


@dataclass(frozen=True, slots=True)
class Window:
    """The dates ``[start, end)`` one allowance is for; ``end`` None: it never comes again."""

    start: date
    end: date | None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Anchor:
    """From where somebody's months are counted: the day, and the billing period (half-open).

    ``months`` is how long a billing period is; the next ones follow at its end.
    """

    day: date
    period: Period
    months: int = 1


@dataclass(frozen=True, slots=True)
class Source:
    """Something that gives an amount: the tier, a grant with a period, or a stock.

    ``ref`` is the id of its record, ``window`` is None for a stock, ``expires_on`` is the first
    day on which what is left of it is lost (None: never). ``counter`` is the row that counts its
    window, ``carries`` the row of the window it cut short.
    """

    kind: str
    ref: int
    amount: Decimal | None
    used: Decimal = Decimal(0)
    window: Window | None = None
    expires_on: date | None = None
    per: str | None = None
    counter: int | None = None
    carries: int | None = None

    @property
    def left(self) -> Decimal | None:
        """What can still be used; a lowered allowance leaves nothing, never less."""
        return None if self.amount is None else max(self.amount - self.used, Decimal(0))


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a use that a source serves."""

    source: Source
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """What all sources of a right come to; ``amount`` and ``left`` None: unlimited."""

    amount: Decimal | None
    used: Decimal
    left: Decimal | None
    resets_on: date | None

    @property
    def is_unlimited(self) -> bool:
        return self.left is None


def check_amount(value: Decimal | int | str) -> Decimal:
    """Return an amount to be used: above zero, not huge, at most :data:`DIGITS` decimals.

    :raise QuotaError: ``bad_amount``

    >>> check_amount("0.25")
    Decimal('0.25')
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise QuotaError("bad_amount", amount=str(value))
    try:
        amount = Decimal(value)
    except ArithmeticError:
        raise QuotaError("bad_amount", amount=str(value)) from None
    if not amount.is_finite() or not 0 < amount <= AMOUNT_MAX:
        raise QuotaError("bad_amount", amount=str(value))
    if amount != round(amount, DIGITS):
        raise QuotaError("bad_amount", amount=str(value))
    return amount


def window_of(per: str, on: date, anchor: Anchor | None) -> Window:
    """Return the window of an allowance ``per`` day, month, period or lifetime that holds ``on``.

    A month is the subscription's month, counted from the anchor (31 Jan → 28 Feb → 31 Mar); without
    a subscription it is the calendar month. A billing period that is over (the renewal is unpaid
    and the tier kept) is followed by the next. Somebody whose day is still before the anchor's,
    because they live west of the company, is in the first window already.

    >>> march = Anchor(date(2026, 3, 2), Period(date(2026, 3, 2), date(2026, 4, 2)))
    >>> window_of("month", date(2026, 3, 31), march)
    Window(start=datetime.date(2026, 3, 2), end=datetime.date(2026, 4, 2))
    >>> window_of("month", date(2026, 3, 31), None).end
    datetime.date(2026, 4, 1)
    """
    if per == "lifetime":
        return Window(FOREVER, None)
    if per == "day":
        period = calendar_period(on, "day")
    elif per not in ("month", "period"):
        raise ValueError(f"unknown period {per!r}: day, month, period or lifetime")
    elif anchor is None:
        period = calendar_period(on, "month")
    elif per == "month":
        period = anniversary_around(anchor.day, 1, max(on, anchor.day))
    elif on < anchor.period.end:
        period = anchor.period
    else:
        period = anniversary_around(anchor.period.end, anchor.months, on)
    return Window(period.start, period.end)


def is_cut(before: Window, after: Window) -> bool:
    """True where a window began while the one before it still ran: an upgrade carries the usage.

    >>> is_cut(Window(date(2026, 3, 1), date(2026, 4, 1)), Window(date(2026, 3, 15), date(2026, 4, 15)))
    True
    >>> is_cut(Window(date(2026, 3, 1), date(2026, 4, 1)), Window(date(2026, 4, 1), date(2026, 5, 1)))
    False
    """
    return after.start > before.start and after.start in before


def reset_instant(window: Window | None, zone: tzinfo) -> datetime | None:
    """Return the naive UTC instant at which a new window begins where the member is."""
    if window is None or window.end is None:
        return None
    return utc_midnight(window.end, zone)


def in_order(sources: Iterable[Source]) -> list[Source]:
    """Return the sources in the order they serve.

    What is unlimited first: it spares what runs out. Then the earliest-expiring; of those that
    expire together the tier before grants before stocks, the older record before the younger.
    """
    return sorted(
        sources,
        key=lambda s: (
            s.amount is not None,
            s.expires_on is None,
            s.expires_on or date.max,
            _KINDS.index(s.kind),
            s.ref,
        ),
    )


def allocate_use(amount: Decimal, sources: Sequence[Source]) -> list[Part]:
    """Return which source serves how much of ``amount``; the parts add up to it.

    :raise QuotaError: ``quota_exhausted`` with ``left``, where all sources together have less

    >>> month = Source(TIER, 1, Decimal(10), Decimal(8), expires_on=date(2026, 4, 2))
    >>> pack = Source(STOCK, 7, Decimal(5))
    >>> [(part.source.kind, part.amount) for part in allocate_use(Decimal(3), [pack, month])]
    [('tier', Decimal('2')), ('stock', Decimal('1'))]
    """
    parts, open_amount = [], amount
    for source in in_order(sources):
        served = open_amount if source.left is None else min(open_amount, source.left)
        if served > 0:
            parts.append(Part(source, served))
            open_amount -= served
        if not open_amount:
            return parts
    raise QuotaError("quota_exhausted", left=amount - open_amount, amount=amount)


def sum_up(sources: Sequence[Source]) -> Balance:
    """Return what the sources come to; an unlimited one makes it unlimited."""
    used = sum((source.used for source in sources), Decimal(0))
    ends = [s.window.end for s in sources if s.window and s.window.end and s.amount is not None]
    if any(source.amount is None for source in sources):
        return Balance(None, used, None, None)
    return Balance(
        amount=sum((source.amount for source in sources), Decimal(0)),
        used=used,
        left=sum((source.left for source in sources), Decimal(0)),
        resets_on=min(ends, default=None),
    )


def serve(parts: Sequence[Part], sources: Sequence[Source]) -> list[Source]:
    """Return the sources after a use.

    >>> pack = Source(STOCK, 7, Decimal(5))
    >>> serve(allocate_use(Decimal(2), [pack]), [pack])[0].left
    Decimal('3')
    """
    served = {(part.source.kind, part.source.ref): part.amount for part in parts}
    return [
        replace(source, used=source.used + served.get((source.kind, source.ref), Decimal(0)))
        for source in sources
    ]


def kept_of_stock(amount: Decimal, used: Decimal, kept: Decimal) -> tuple[Decimal, Decimal]:
    """Return (taken back, used beyond) of a stock of which ``kept`` is still paid for.

    The unused is taken first; what was used and is no longer paid for is reported, not undone.

    >>> kept_of_stock(Decimal(5), Decimal(2), Decimal(0))
    (Decimal('3'), Decimal('2'))
    >>> kept_of_stock(Decimal(10), Decimal(2), Decimal(5))
    (Decimal('5'), Decimal('0'))
    """
    return min(amount - kept, amount - used), max(used - kept, Decimal(0))


def content_hash(content: Mapping[str, object]) -> str:
    """Return the hash of what must be the same when a key comes again.

    >>> content_hash({"amount": Decimal("5.00")}) == content_hash({"amount": Decimal(5)})
    True
    """
    plain = {
        name: format(value.normalize(), "f") if isinstance(value, Decimal) else value
        for name, value in content.items()
    }
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()
