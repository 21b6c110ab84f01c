"""Which dates a partner's figures cover: the chosen period and the steps of its charts."""

from datetime import date, timedelta

from odoo.addons.rc_membership.kernel.periods import Period, add_months, calendar_period

CHOICES = ("today", "month", "year")
_UNITS = {"today": "day", "month": "month", "year": "year"}
_DAYS_BESIDE_TODAY = 6
_MONTHS_OF_MONEY = 12


def get_window(choice: str, today: date) -> Period:
    """Return the calendar period the figures cover.

    :param choice: one of ``CHOICES``
    :param today: date in the company's time zone
    :raise KeyError: for another choice

    >>> get_window("month", date(2026, 2, 10))
    Period(start=datetime.date(2026, 2, 1), end=datetime.date(2026, 3, 1))
    """
    return calendar_period(today, _UNITS[choice])


def get_traffic_steps(choice: str, today: date) -> tuple[Period, ...]:
    """Return the steps of the chart of clicks and sign-ups, oldest first.

    Today is shown as the last of seven days, a month by its days, a year by its months.

    >>> len(get_traffic_steps("today", date(2026, 2, 10))), len(
    ...     get_traffic_steps("month", date(2026, 2, 10)))
    (7, 28)
    """
    if choice == "today":
        first = today - timedelta(days=_DAYS_BESIDE_TODAY)
        return _get_days(Period(first, today + timedelta(days=1)))
    window = get_window(choice, today)
    if choice == "month":
        return _get_days(window)
    return tuple(calendar_period(add_months(window.start, number), "month") for number in range(12))


def get_money_steps(today: date) -> tuple[Period, ...]:
    """Return the last twelve calendar months, this one last.

    >>> get_money_steps(date(2026, 2, 10))[0]
    Period(start=datetime.date(2025, 3, 1), end=datetime.date(2025, 4, 1))
    """
    first = add_months(date(today.year, today.month, 1), 1 - _MONTHS_OF_MONEY)
    return tuple(
        calendar_period(add_months(first, number), "month") for number in range(_MONTHS_OF_MONEY)
    )


def _get_days(period: Period) -> tuple[Period, ...]:
    return tuple(
        calendar_period(period.start + timedelta(days=number), "day")
        for number in range(period.days)
    )
