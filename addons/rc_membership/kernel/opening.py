"""The period with which a plan that began elsewhere goes on here."""

from datetime import date

from .periods import Period, add_months


def opening_period(started_on: date | None, paid_until: date, months: int) -> tuple[date, Period]:
    """Return (anchor, running period) of a plan of ``months`` that is paid until a day.

    ``paid_until`` is the first day not paid for. Where the start and the end fit (31 Jan and
    28 Feb) the start's day of the month is kept for what follows; else the end's is.

    >>> opening_period(date(2025, 10, 31), date(2026, 2, 28), 1)
    (datetime.date(2025, 10, 31), Period(start=datetime.date(2026, 1, 31), end=datetime.date(2026, 2, 28)))
    >>> opening_period(date(2026, 2, 10), date(2026, 2, 28), 1)[1].start
    datetime.date(2026, 2, 10)
    """
    anchor = paid_until
    if started_on and add_months(paid_until, 0, anchor_day=started_on.day) == paid_until:
        anchor = started_on
    start = add_months(paid_until, -months, anchor_day=anchor.day)
    if started_on and started_on > start:
        start = started_on
    if anchor > start:
        anchor = start
    return anchor, Period(start, paid_until)
