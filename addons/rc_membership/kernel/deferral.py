"""Revenue of a long period, earned month by month: what is still owed to the member at a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .money import round_half_up, to_fraction
from .periods import Period, add_months


@dataclass(frozen=True, slots=True)
class Deferred:
    """A charge as it stands: ``amount`` net revenue, ``cut_on`` the day it was over before its end."""

    amount: Decimal
    period: Period
    cut_on: date | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What was booked of a charge so far: the ``amount`` deferred in all, what is left of it."""

    amount: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Step:
    """What a month books: ``added`` to the deferred revenue (a credit note: negative), ``earned``
    out of it, and the ``balance`` left. before + added - earned = balance."""

    amount: Decimal
    added: Decimal
    earned: Decimal
    balance: Decimal


def earned_share(period: Period, day: date) -> Fraction:
    """Return the share of a period that is earned when ``day`` begins.

    Months of the period weigh the same; within one, days do. A last month that is not whole weighs
    as its days.

    >>> earned_share(Period(date(2026, 1, 16), date(2027, 1, 16)), date(2026, 2, 1))
    Fraction(4, 93)
    >>> earned_share(Period(date(2026, 1, 1), date(2027, 1, 1)), date(2026, 4, 1))
    Fraction(1, 4)
    """
    if day <= period.start:
        return Fraction(0)
    if day >= period.end:
        return Fraction(1)
    whole = earned = Fraction(0)
    number = 0
    while (start := add_months(period.start, number)) < period.end:
        number += 1
        end = add_months(period.start, number)
        days = (end - start).days
        whole += Fraction((min(end, period.end) - start).days, days)
        earned += Fraction(max((min(end, period.end, day) - start).days, 0), days)
    return earned / whole


def deferred_balance(charge: Deferred, day: date, digits: int) -> Decimal:
    """Return what is not yet earned of a charge when ``day`` begins, rounded once, half-up.

    The rounding of one month is made up for by the next; the last one takes the remainder.
    """
    if charge.cut_on is not None and day >= charge.cut_on:
        return round_half_up(0, digits)
    left = 1 - earned_share(charge.period, day)
    return round_half_up(to_fraction(charge.amount) * left, digits)


def next_step(charge: Deferred, before: Booked, day: date, digits: int) -> Step | None:
    """Return what is to be booked of a charge up to ``day``; None: nothing was or is owed.

    >>> year = Deferred(Decimal("100.00"), Period(date(2026, 1, 1), date(2027, 1, 1)))
    >>> next_step(year, Booked(), date(2026, 2, 1), 2)
    Step(amount=Decimal('100.00'), added=Decimal('100.00'), earned=Decimal('8.33'), balance=Decimal('91.67'))
    """
    balance = deferred_balance(charge, day, digits)
    if not balance and not before.balance:
        return None
    added = charge.amount - before.amount
    earned = before.balance + added - balance
    if not added and not earned:
        return None
    return Step(charge.amount, added, earned, balance)
