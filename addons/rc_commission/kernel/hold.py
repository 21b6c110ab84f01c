"""Hold: an accrual is payable from 00:00 of its event's date plus the hold days."""

from datetime import date, timedelta

from odoo.addons.rc_membership.kernel.periods import calendar_period


def payable_on(on: date, hold: int | str) -> date:
    """Return the day from whose beginning (company time zone) the accrual is payable.

    :param hold: days, or the calendar period that must be over (``month``)

    >>> payable_on(date(2026, 1, 5), 30)
    datetime.date(2026, 2, 4)
    >>> payable_on(date(2026, 1, 5), "month")
    datetime.date(2026, 2, 1)
    """
    if isinstance(hold, str):
        return calendar_period(on, hold).end
    return on + timedelta(days=hold)


def is_payable(payable: date, today: date) -> bool:
    """``today`` is the date in the company's time zone.

    >>> is_payable(date(2026, 2, 4), date(2026, 2, 3))
    False
    """
    return payable <= today
