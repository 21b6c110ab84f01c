"""Points for a referral: what is due against what was given, as one more step or none."""

from dataclasses import dataclass


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
