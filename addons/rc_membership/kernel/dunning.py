"""What is due for a running plan on a day: its bill, a try to charge it, a reminder, its end."""

from dataclasses import dataclass
from datetime import date

from .subscription import RUNNING, unpaid_state

RETRY_DAYS = (0, 1, 3, 7)  # days after the period's end on which it is tried to collect
REMIND_DAYS = (1, 7, 30)  # days before the period's end; from LONG_DAYS on for long plans only
LONG_DAYS = 30
DAYS_MOST, DAY_LAST = 6, 90  # so many days in one setting, and none later than that
LONG_MONTHS = 6
WAIT_DAYS = 7  # the tier waits that long after grace for a provider that has not answered

# words in a provider's answer, in any case → what the member is told
FAILURES = (
    ("sca", ("authenticat", "requires_action", "requires action", "3d secure", "3ds", "sca ")),
    (
        "token_expired",
        ("expired", "archived", "no longer valid", "inactive", "detached", "resource_missing"),
    ),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan as it stands. ``retry_days``: ascending, the day it was due (0) first; ``tried``: those
    of them that were used; ``is_open``: a try was not answered yet (asked, pending, unknown)."""

    state: str
    period_end: date
    grace_days: int
    is_ending: bool = False
    has_token: bool = False
    is_billed: bool = False
    tried: frozenset[int] = frozenset()
    is_open: bool = False
    retry_days: tuple[int, ...] = RETRY_DAYS


class DaysError(ValueError):
    """A list of days that cannot be: ``code`` not_a_day, out_of_range, twice or too_many."""

    def __init__(self, code: str, value: str = ""):
        super().__init__(f"{code}: {value}")
        self.code, self.value = code, value


def parse_days(text: str, last: int = DAY_LAST) -> tuple[int, ...]:
    """Return the days that somebody typed, ascending; none for an empty text.

    :raise DaysError: what is no whole number of 1 to ``last``, stands there twice, or too many

    >>> parse_days("30, 7,1")
    (1, 7, 30)
    """
    words = [word for word in text.replace("，", ",").replace("、", ",").split(",") if word.strip()]
    days = set()
    for word in map(str.strip, words):
        if not (word.isascii() and word.isdigit()):
            raise DaysError("not_a_day", word)
        if not 1 <= int(word) <= last:
            raise DaysError("out_of_range", word)
        if int(word) in days:
            raise DaysError("twice", word)
        days.add(int(word))
    if len(days) > DAYS_MOST:
        raise DaysError("too_many", str(len(days)))
    return tuple(sorted(days))


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done: the state it gets, whether to ``bill`` it, and which ``try_day`` is on."""

    state: str
    bill: bool = False
    try_day: int | None = None


def decide_due(standing: Standing, today: date) -> Due:
    """Decide what a day asks of a running plan.

    One period is billed, however many have passed; of several tries that were missed the last one
    is made; with a stored card it is tried before the tier goes. Without one the bill is sent
    while the tier is kept, and nothing is billed after that.

    >>> standing = Standing("active", date(2026, 4, 2), 7, has_token=True)
    >>> decide_due(standing, date(2026, 4, 2))
    Due(state='past_due', bill=True, try_day=0)
    >>> decide_due(Standing("active", date(2026, 4, 2), 7), date(2026, 5, 17))
    Due(state='expired', bill=False, try_day=None)
    """
    if standing.state not in RUNNING or today < standing.period_end:
        return Due(standing.state)
    if standing.is_ending:
        return Due("cancelled")
    if standing.state == "trial" and not standing.has_token and not standing.is_billed:
        return Due("expired")
    late = (today - standing.period_end).days
    if standing.is_open:
        is_over = late >= standing.grace_days + WAIT_DAYS
        return Due("expired" if is_over else unpaid_state(standing.period_end, today))
    try_day = max(day for day in standing.retry_days if day <= late)
    is_new = try_day not in standing.tried
    if late >= standing.grace_days and not (standing.has_token and is_new):
        return Due("expired")
    return Due(
        unpaid_state(standing.period_end, today),
        bill=not standing.is_billed,
        try_day=try_day if is_new else None,
    )


def next_try(
    period_end: date, grace_days: int, today: date, retry_days: tuple[int, ...] = RETRY_DAYS
) -> int | None:
    """Return the next day after the period's end on which it is tried again; None: no more."""
    late = (today - period_end).days
    return next((day for day in retry_days if late < day <= grace_days), None)


def reminder_due(
    period_end: date, months: int, today: date, remind_days: tuple[int, ...] = REMIND_DAYS
) -> int | None:
    """Return which reminder belongs to a day, of ``remind_days`` (ascending) before the end.

    Days of :data:`LONG_DAYS` and more are for plans of six months and more.

    >>> [reminder_due(date(2026, 3, 31), 1, date(2026, 3, day)) for day in (1, 24, 29, 30, 31)]
    [None, 7, 7, 1, None]
    """
    left = (period_end - today).days
    days = [day for day in remind_days if day < LONG_DAYS or months >= LONG_MONTHS]
    return next((day for day in days if 0 < left <= day), None)


def classify_failure(message: str) -> str:
    """Return what a provider's answer means to the member: sca, token_expired or refused."""
    text = (message or "").lower()
    return next(
        (code for code, words in FAILURES if any(word in text for word in words)), "refused"
    )
