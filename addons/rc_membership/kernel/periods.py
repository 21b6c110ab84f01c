"""Half-open periods ``[start, end)`` of dates: anniversaries and calendar periods."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo

CALENDAR_UNITS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open range of dates: ``start`` belongs to it, ``end`` does not."""

    start: date
    end: date

    def __post_init__(self):
        if self.end <= self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it began ({self.start})")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def add_months(day: date, months: int, anchor_day: int | None = None) -> date:
    """Return ``day`` plus ``months``, on ``anchor_day`` or the month's last day if shorter.

    >>> add_months(date(2026, 2, 28), 1, anchor_day=31)
    datetime.date(2026, 3, 31)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(anchor_day or day.day, last))


def anniversary_period(anchor: date, months: int, number: int) -> Period:
    """Return the ``number``-th period (from 0) of ``months`` months counted from ``anchor``.

    Each boundary is counted from the anchor, so 31 Jan gives 28 Feb and then 31 Mar.

    >>> anniversary_period(date(2026, 1, 31), 1, 1)
    Period(start=datetime.date(2026, 2, 28), end=datetime.date(2026, 3, 31))
    """
    if months < 1:
        raise ValueError("a period has at least one month")
    return Period(add_months(anchor, months * number), add_months(anchor, months * (number + 1)))


def anniversary_around(anchor: date, months: int, day: date) -> Period:
    """Return the period of ``months`` months counted from ``anchor`` that holds ``day``.

    Days before the anchor lie in periods counted back from it.

    >>> anniversary_around(date(2026, 1, 31), 1, date(2026, 3, 30))
    Period(start=datetime.date(2026, 2, 28), end=datetime.date(2026, 3, 31))
    """
    passed = (day.year - anchor.year) * 12 + day.month - anchor.month
    number = passed // months
    period = anniversary_period(anchor, months, number)
    while day < period.start:
        number -= 1
        period = anniversary_period(anchor, months, number)
    while day >= period.end:
        number += 1
        period = anniversary_period(anchor, months, number)
    return period


def calendar_period(day: date, unit: str) -> Period:
    """Return the calendar ``unit`` (day, week from Monday, month, quarter, year) holding ``day``.

    >>> calendar_period(date(2026, 5, 17), "quarter")
    Period(start=datetime.date(2026, 4, 1), end=datetime.date(2026, 7, 1))
    """
    if unit == "day":
        return Period(day, day + timedelta(days=1))
    if unit == "week":
        start = day - timedelta(days=day.weekday())
        return Period(start, start + timedelta(days=7))
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        raise ValueError(f"unknown period {unit!r}: one of {', '.join(CALENDAR_UNITS)}")
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(start, add_months(start, months))


def local_date(at: datetime, zone: tzinfo) -> date:
    """Return the date of the naive UTC instant ``at`` in ``zone``."""
    return at.replace(tzinfo=timezone.utc).astimezone(zone).date()


def utc_midnight(day: date, zone: tzinfo) -> datetime:
    """Return the naive UTC instant at which ``day`` begins in ``zone``."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    return local.astimezone(timezone.utc).replace(tzinfo=None)
