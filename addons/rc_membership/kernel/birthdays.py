"""When somebody's birthday is kept."""

from datetime import date, timedelta


def birthday_in(born: date, year: int) -> date:
    """Return the day a birthday is kept in a year: of the 29th of February, on the 28th.

    >>> birthday_in(date(2000, 2, 29), 2027), birthday_in(date(1990, 5, 4), 2027)
    (datetime.date(2027, 2, 28), datetime.date(2027, 5, 4))
    """
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def last_birthday(born: date, today: date, days_max: int) -> date | None:
    """Return the birthday of the last ``days_max`` days up to today, None if there was none.

    >>> last_birthday(date(1990, 12, 31), date(2027, 1, 2), 7)
    datetime.date(2026, 12, 31)
    >>> last_birthday(date(1990, 12, 31), date(2027, 1, 2), 2)
    """
    for year in (today.year, today.year - 1):
        day = birthday_in(born, year)
        if today - timedelta(days=days_max) < day <= today and day > born:
            return day
    return None
