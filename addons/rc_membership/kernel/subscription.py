"""Decisions about a running plan: which period a payment pays, and what a day makes of a state."""

from dataclasses import dataclass
from datetime import date, timedelta

from .periods import Period, add_months

PAST_DUE_DAYS = 3  # unpaid that long it is in grace: the last days with the tier
RUNNING = ("trial", "active", "past_due", "grace")


@dataclass(frozen=True, slots=True)
class Running:
    """A member's running plan: ``anchor`` is the day periods are counted from."""

    plan: int
    anchor: date
    period: Period
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a paid plan line does: its kind, the period it pays, and the anchor from now on."""

    kind: str
    period: Period
    anchor: date


def next_period(anchor: date, end: date, months: int, on: date) -> tuple[Period, date]:
    """Return the period that follows one that ended on ``end``, and the anchor from then on.

    It keeps the anchor's day (31 Jan → 28 Feb → 31 Mar) unless days that were given moved the end.
    A period that would be over by ``on`` was never used: the one that is paid starts on ``on``.

    >>> next_period(date(2026, 1, 31), date(2026, 2, 28), 1, date(2026, 3, 1))[0].end
    datetime.date(2026, 3, 31)
    >>> next_period(date(2026, 1, 31), date(2026, 2, 28), 1, date(2026, 4, 14))[0].end
    datetime.date(2026, 5, 14)
    """
    if add_months(end, 0, anchor_day=anchor.day) != end:
        anchor = end
    period = Period(end, add_months(end, months, anchor_day=anchor.day))
    if on >= period.end:
        return Period(on, add_months(on, months)), on
    return period, anchor


def decide_charge(
    running: Running | None,
    plan: int,
    months: int,
    paid_on: date,
    is_returning: bool = False,
    is_next: bool = False,
) -> Decision:
    """Decide what a paid line of ``plan`` (``months`` long) does to a member's ``running`` plan.

    Nothing running: a first period from ``paid_on`` (of a member who was here before: a renewal
    that starts anew). The same plan, or the bill of the next period (``is_next``): the period after
    the running one. Another plan: an upgrade, a new full period from ``paid_on``. What is paid
    in a trial is a first period: after the trial, or of another plan at once.

    >>> run = Running(1, date(2026, 1, 31), Period(date(2026, 1, 31), date(2026, 2, 28)))
    >>> decide_charge(run, 1, 1, date(2026, 2, 20)).period
    Period(start=datetime.date(2026, 2, 28), end=datetime.date(2026, 3, 31))
    """
    if running is not None and (running.plan == plan or is_next):
        anchor = running.period.end if running.is_trial else running.anchor
        period, anchor = next_period(anchor, running.period.end, months, paid_on)
        return Decision("first" if running.is_trial else "renewal", period, anchor)
    is_change = running is not None and not running.is_trial
    kind = "upgrade" if is_change else "renewal" if is_returning else "first"
    return Decision(kind, Period(paid_on, add_months(paid_on, months)), paid_on)


def decide_state(
    state: str, period_end: date, grace_days: int, is_ending: bool, today: date
) -> str:
    """Return the state of a subscription on ``today``.

    The period's end is the first day not paid for. A member who cancelled or only tried it is out
    on that day, anyone else is past due, then in grace, and keeps the tier for ``grace_days``.

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
    if state == "trial" or today >= period_end + timedelta(days=grace_days):
        return "expired"
    return unpaid_state(period_end, today)


def unpaid_state(period_end: date, today: date) -> str:
    """Return what an unpaid plan that keeps its tier is called: past due at first, then in grace."""
    return "past_due" if today < period_end + timedelta(days=PAST_DUE_DAYS) else "grace"
