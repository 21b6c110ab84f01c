"""Rewards for referrals: what is due against what was given, what a reward waits for, milestones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

# activities that tell what the people of somebody did, not what they did themselves
BY_OTHERS = ("referral", "referral_action", "together")


@dataclass(frozen=True, slots=True)
class Given:
    """One earlier entry of a reward: ``points`` is negative for a reversal."""

    key: str
    points: int


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be booked now: ``points`` under ``key``; negative takes back."""

    key: str
    points: int


def next_step(base_key: str, given: list[Given], is_due: bool, points: int) -> Step | None:
    """Return the step that brings the reward to what is due; None where it is there already.

    What was once given is taken back whole and, if it falls due again, given again in the amount
    of the first time: a later change of the rule does not reach back. The key counts the steps, so
    the same situation always asks for the same key.

    >>> next_step("r", [], True, 100)
    Step(key='r|0', points=100)
    >>> next_step("r", [Given("r|0", 100)], False, 100)
    Step(key='r|1', points=-100)
    """
    balance = sum(entry.points for entry in given)
    key = f"{base_key}|{len(given)}"
    if is_due and balance <= 0:
        amount = max((entry.points for entry in given), default=points)
        return Step(key, amount) if amount > 0 else None
    if not is_due and balance > 0:
        return Step(key, -balance)
    return None


# ----------------------------------------------------------------------
# Where a reward stands
# ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about a reward that is due, on ``today``.

    ``screening`` is pass, hold or reject; ``missing`` names a condition that is not met yet
    (email, phone, paid), ``waits_until`` is the first day on which it may be given.
    """

    today: date
    waits_until: date | None = None
    missing: str | None = None
    screening: str = "pass"
    is_allowed: bool = True
    is_chosen: bool = True
    can_pay: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """``state`` is given, held, choice or refused; ``why`` says what it waits for, or what
    refused it."""

    state: str
    why: str = ""


def decide(situation: Situation) -> Verdict:
    """Return where a due reward stands before caps and budgets are asked.

    What forbids comes first, then what takes time, then what its owner has to do.

    >>> decide(Situation(date(2026, 1, 5), missing="email"))
    Verdict(state='held', why='email')
    >>> decide(Situation(date(2026, 1, 5), waits_until=date(2026, 1, 5)))
    Verdict(state='given', why='')
    """
    if situation.screening == "reject":
        return Verdict("refused", "screening")
    if not situation.is_allowed:
        return Verdict("refused", "profile")
    if situation.screening == "hold":
        return Verdict("held", "screening")
    if situation.missing:
        return Verdict("held", situation.missing)
    if situation.waits_until and situation.today < situation.waits_until:
        return Verdict("held", "days")
    if not situation.is_chosen:
        return Verdict("choice", "choice")
    if not situation.can_pay:
        return Verdict("held", "ledger")
    return Verdict("given")


def part_of_money(received: Fraction, percent: Fraction, most: Fraction | None) -> Fraction:
    """Return ``percent`` of what was received, at most ``most``; nothing of nothing.

    >>> part_of_money(Fraction(50), Fraction(10), None), part_of_money(Fraction(50), Fraction(10), Fraction(2))
    (Fraction(5, 1), Fraction(2, 1))
    """
    part = max(received, Fraction(0)) * percent / 100
    return min(part, most) if most else part


# ----------------------------------------------------------------------
# Milestones
# ----------------------------------------------------------------------


def times_reached(count: int, threshold: int, is_repeating: bool) -> int:
    """Return how many times a milestone is reached: once, or for each full ``threshold``.

    >>> times_reached(7, 3, False), times_reached(7, 3, True), times_reached(2, 3, True)
    (1, 2, 0)
    """
    if threshold <= 0:
        raise ValueError("a milestone has a threshold above zero")
    return count // threshold if is_repeating else int(count >= threshold)


def next_goal(count: int, threshold: int, is_repeating: bool) -> int | None:
    """Return the figure at which the milestone is reached next; None: never again.

    >>> next_goal(7, 3, True), next_goal(2, 3, False), next_goal(3, 3, False)
    (9, 3, None)
    """
    if is_repeating:
        return (count // threshold + 1) * threshold
    return threshold if count < threshold else None


def count_streaks(days: Iterable[date], length: int) -> int:
    """Return how many separate runs of ``length`` days in a row there are.

    >>> week = [date(2026, 1, day) for day in range(1, 9)]
    >>> count_streaks(week, 7), count_streaks(week, 4), count_streaks(week[1:4], 4)
    (1, 2, 0)
    """
    found, run, last = 0, 0, None
    for day in sorted(set(days)):
        run = run + 1 if last and day - last == timedelta(days=1) else 1
        last = day
        if run == length:
            found, run = found + 1, 0
    return found


def raised_cap(cap: int, percent: int) -> int | None:
    """Return how many a person may have: ``cap`` raised by their rank; None: no limit.

    >>> raised_cap(10, 150), raised_cap(0, 500), raised_cap(5, 0)
    (15, None, 5)
    """
    return max(cap, cap * percent // 100) if cap else None


def lowest_free(taken: Iterable[int], cap: int, after: int = 0) -> int | None:
    """Return the lowest number of ``1 … cap`` that is not taken; None: all are.

    :param after: begin behind this one and go around: a crowd does not want the same number

    >>> lowest_free([1, 3], 3), lowest_free([1, 2], 2), lowest_free([3], 4, 2), lowest_free([4], 4, 3)
    (2, None, 4, 1)
    """
    used = set(taken)
    numbers = (*range(after + 1, cap + 1), *range(1, min(after, cap) + 1))
    return next((number for number in numbers if number not in used), None)
