"""Hold: an accrual is payable from 00:00 of its event's date plus the hold days."""

from datetime import date, timedelta


def payable_on(on: date, hold_days: int) -> date:
    """Return the day from whose beginning (company time zone) the accrual is payable.

    >>> payable_on(date(2026, 1, 5), 30)
    datetime.date(2026, 2, 4)
    """
    return on + timedelta(days=hold_days)


def is_payable(payable: date, today: date) -> bool:
    """``today`` is the date in the company's time zone.

    >>> is_payable(date(2026, 2, 4), date(2026, 2, 3))
    False
    """
    return payable <= today
