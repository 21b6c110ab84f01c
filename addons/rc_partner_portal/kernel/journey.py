"""A customer's way from the first click to the partner's money, as a row of steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

STEPS = ("click", "sign_up", "sale", "accrual", "bill", "payment")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``on`` is the day it first happened, None while it has not."""

    code: str
    on: date | None

    @property
    def is_done(self) -> bool:
        return self.on is not None


def get_steps(first: Mapping[str, date | None]) -> tuple[Step, ...]:
    """Return all steps in order, done or not.

    A step may be missing before a later one: who typed a code never clicked.

    >>> [step.is_done for step in get_steps({"sign_up": date(2026, 1, 5)})]
    [False, True, False, False, False, False]
    """
    return tuple(Step(code, first.get(code)) for code in STEPS)


def get_stage(first: Mapping[str, date | None]) -> str | None:
    """Return the furthest step reached, None when nothing has happened.

    >>> get_stage({"click": date(2026, 1, 4), "sign_up": date(2026, 1, 5)})
    'sign_up'
    """
    reached = [step.code for step in get_steps(first) if step.is_done]
    return reached[-1] if reached else None
