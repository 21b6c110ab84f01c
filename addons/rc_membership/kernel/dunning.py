"""What is due for a running plan on a day: its bill, a try to charge it, a reminder, its end."""

from dataclasses import dataclass
from datetime import date

from .subscription import RUNNING, unpaid_state

RETRY_DAYS = (0, 1, 3, 7)  # days after the period's end on which it is tried to collect
REMIND_DAYS = (1, 7, 30)  # days before the period's end; the first one for long plans only
LONG_MONTHS = 6
WAIT_DAYS = 7  # the tier waits that long after grace for a provider that has not answered

# words in a provider's answer, in any case → what the member is told
FAILURES = (
    ("sca", ("authenticat", "requires_action", "requires action", "3d secure", "3ds", "sca ")),
    ("token_expired", ("expired", "archived", "no longer valid", "inactive")),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan as it stands. ``tried``: the days of :data:`RETRY_DAYS` that were used; ``is_open``: a
    try was not answered yet (asked, pending, unknown)."""

    state: str
    period_end: date
    grace_days: int
    is_ending: bool = False
    has_token: bool = False
    is_billed: bool = False
    tried: frozenset[int] = frozenset()
    is_open: bool = False


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
    try_day = max(day for day in RETRY_DAYS if day <= late)
    is_new = try_day not in standing.tried
    if late >= standing.grace_days and not (standing.has_token and is_new):
        return Due("expired")
    return Due(
        unpaid_state(standing.period_end, today),
        bill=not standing.is_billed,
        try_day=try_day if is_new else None,
    )


def next_try(period_end: date, grace_days: int, today: date) -> int | None:
    """Return the next day after the period's end on which it is tried again; None: no more."""
    late = (today - period_end).days
    return next((day for day in RETRY_DAYS if late < day <= grace_days), None)


def reminder_due(period_end: date, months: int, today: date) -> int | None:
    """Return which reminder belongs to a day: 30 (plans of six months and more), 7 or 1 before.

    >>> [reminder_due(date(2026, 3, 31), 1, date(2026, 3, day)) for day in (1, 24, 29, 30, 31)]
    [None, 7, 7, 1, None]
    """
    left = (period_end - today).days
    days = [day for day in REMIND_DAYS if day < 30 or months >= LONG_MONTHS]
    return next((day for day in days if 0 < left <= day), None)


def classify_failure(message: str) -> str:
    """Return what a provider's answer means to the member: sca, token_expired or refused."""
    text = (message or "").lower()
    return next(
        (code for code, words in FAILURES if any(word in text for word in words)), "refused"
    )
