"""Decisions about a running plan: which period a payment pays, and what a day makes of a state."""

from dataclasses import dataclass
from datetime import date, timedelta

from .periods import Period, add_months

RUNNING = ("trial", "active", "past_due", "grace")


@dataclass(frozen=True, slots=True)
class Running:
    """A member's running plan: ``anchor`` is the day periods are counted from."""

    plan: int
    anchor: date
    period: Period


@dataclass(frozen=True, slots=True)
class Decision:
    """What a paid plan line does: its kind, the period it pays, and the anchor from now on."""

    kind: str
    period: Period
    anchor: date


def decide_charge(
    running: Running | None, plan: int, months: int, paid_on: date, is_returning: bool = False
) -> Decision:
    """Decide what a paid line of ``plan`` (``months`` long) does to a member's ``running`` plan.

    Nothing running: a first period from ``paid_on`` (of a member who was here before: a renewal
    that starts anew). The same plan: the period after the running
    one, on the anchor's day (31 Jan → 28 Feb → 31 Mar). Another plan: an upgrade, a new full
    period from ``paid_on``.

    >>> run = Running(1, date(2026, 1, 31), Period(date(2026, 1, 31), date(2026, 2, 28)))
    >>> decide_charge(run, 1, 1, date(2026, 2, 20)).period
    Period(start=datetime.date(2026, 2, 28), end=datetime.date(2026, 3, 31))
    """
    if running is None or running.plan != plan:
        kind = "upgrade" if running else "renewal" if is_returning else "first"
        return Decision(kind, Period(paid_on, add_months(paid_on, months)), paid_on)
    start = running.period.end
    end = add_months(start, months, anchor_day=running.anchor.day)
    return Decision("renewal", Period(start, end), running.anchor)


def decide_state(
    state: str, period_end: date, grace_days: int, is_ending: bool, today: date
) -> str:
    """Return the state of a subscription on ``today``.

    The period's end is the first day not paid for. A member who cancelled is out on that day,
    anyone else is past due and keeps the tier for ``grace_days`` more.

    >>> decide_state("active", date(2026, 4, 2), 7, False, date(2026, 4, 2))
    'past_due'
    >>> decide_state("active", date(2026, 4, 2), 7, True, date(2026, 4, 2))
    'cancelled'
    >>> decide_state("past_due", date(2026, 4, 2), 7, False, date(2026, 4, 9))
    'expired'
    """
    if state not in RUNNING or today < period_end:
        return state
    if is_ending:
        return "cancelled"
    if today < period_end + timedelta(days=grace_days):
        return "past_due"
    return "expired"
