"""Runs a scenario on its sides and compares: with the file, and with each other."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..kernel.errors import PlanError
from .common import NOT_MINE
from .figures import show
from .types import Event, Figure, Refused, Scenario

DONE = "done"
WHY_MAX = 12  # lines of explanation behind one figure


@dataclass(slots=True)
class Failure:
    """Something that is not as expected; ``got``: side → what it says."""

    at: str
    line: int | None
    what: str
    expected: str
    got: dict[str, str]
    why: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Result:
    """What came of a file.

    ``code`` is that of the refusal that ended it, if one did; ``is_whole``: both sides played it.
    """

    path: str
    name: str = ""
    failures: list[Failure] = field(default_factory=list)
    checked: int = 0
    events: int = 0
    seconds: Decimal = Decimal(0)
    code: str | None = None
    is_whole: bool = False

    @property
    def is_passed(self) -> bool:
        return not self.failures


def run(scenario: Scenario, sides: Sequence) -> Result:
    """Play the scenario on all sides and return what came of it."""
    result = Result(scenario.path, scenario.name, is_whole=len(sides) > 1)
    runner = _Run(scenario, sides, result)
    for event in scenario.events:
        result.events += 1
        if not runner.play(event):
            break
    else:
        if scenario.events:
            runner.agree(scenario.events[-1], "at the end")
    return result


class _Run:
    def __init__(self, scenario: Scenario, sides: Sequence, result: Result):
        self.scenario, self.sides, self.result = scenario, sides, result

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def play(self, event: Event) -> bool:
        """Do one event on every side; False where going on makes no sense."""
        for side in self.sides:
            side.due(event)
        if event.do == "expect":
            for figure in event.figures:
                self._check(event, figure)
            self.agree(event, "")
            return True
        outcomes = {side.name: _attempt(side, event) for side in self.sides}
        outcomes = {name: said for name, said in outcomes.items() if said is not NOT_MINE}
        return self._judge(event, outcomes)

    def _judge(self, event: Event, outcomes: dict[str, tuple[str, str]]) -> bool:
        """Compare what the sides made of an event with what it says."""
        expected = event.fails or DONE
        self.result.checked += 1
        wrong = {name: said for name, said in outcomes.items() if said[0] != expected}
        if not outcomes and not event.fails:
            wrong = {"engine": ("not_available", "the engine alone has no part in this event")}
        if not wrong:
            return True
        codes = [said[0] for said in wrong.values()]
        self.result.code = next((code for code in codes if code != DONE), None)
        self._fail(
            event,
            f"event {event.do}",
            f"refused: {event.fails}" if event.fails else DONE,
            {name: said[0] for name, said in outcomes.items()} or {"engine": codes[0]},
            [text for _code, text in wrong.values() if text],
        )
        return False

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def _check(self, event: Event, figure: Figure) -> None:
        values: dict[str, object] = {}
        why: list[str] = []
        for side in self.sides:
            try:
                value = side.read_figure(figure, event.today)
            except Refused as refusal:
                values[side.name] = refusal.code
                why.append(str(refusal))
                self.result.code = refusal.code
                continue
            if value is not NOT_MINE:
                values[side.name] = value
        self.result.checked += 1
        if not values:
            values = {"engine": "not_available"}
            self.result.code = "not_available"
        if all(same(value, figure.value) for value in values.values()):
            return
        for side in self.sides:
            if side.name in values:
                why += [f"{side.name}: {text}" for text in side.explain(figure, event.today)]
        got = {name: show(value) for name, value in values.items()}
        self._fail(event, figure.what, show(figure.value), got, why[-WHY_MAX:])

    def agree(self, event: Event, when: str) -> None:
        """Every figure of cash of everybody is the same on all sides."""
        if len(self.sides) < 2 or not all(getattr(s, "knows_cash", True) for s in self.sides):
            return
        first, *others = self.sides
        for person in self.scenario.people:
            mine = _money(first.cash(person.id, event.today))
            for other in others:
                theirs = _money(other.cash(person.id, event.today))
                self.result.checked += 1
                if mine != theirs:
                    self._disagree(event, when, person.id, {first.name: mine, other.name: theirs})

    def _disagree(self, event: Event, when: str, who: str, said: dict) -> None:
        figure = Figure("cash", (who, "accrued"), None)
        why = [
            f"{side.name}: {text}"
            for side in self.sides
            for text in side.explain(figure, event.today)
        ]
        got = {name: _show_money(money) for name, money in said.items()}
        what = " ".join(filter(None, ("cash", who, when)))
        self._fail(event, what, "the same on both sides", got, why[-WHY_MAX:])

    def _fail(self, event: Event, what, expected, got, why) -> None:
        at = event.at.isoformat(sep=" ", timespec="minutes")
        self.result.failures.append(Failure(at, event.line, what, expected, got, why))


def _attempt(side, event: Event) -> object:
    """Return (done or code, message) of an event on a side."""
    try:
        return NOT_MINE if side.play(event) is NOT_MINE else (DONE, "")
    except Refused as refusal:
        return refusal.code, str(refusal)
    except PlanError as error:
        return "bad_plan", str(error)


def same(value: object, expected: object) -> bool:
    """Whether a figure is what is expected; amounts by value, not by their zeros.

    >>> same(Decimal("5"), Decimal("5.00")), same(None, "ann")
    (True, False)
    """
    return type(value) is not bool and value == expected or value is expected


def _money(cash: dict) -> dict:
    """Return what is not zero."""
    return {
        (currency, state): amount
        for currency, states in cash.items()
        for state, amount in states.items()
        if amount
    }


def _show_money(money: dict) -> str:
    return ", ".join(f"{state} {amount} {name}" for (name, state), amount in money.items()) or "0"


def timed(work: Callable[[], Result]) -> Result:
    """Run and note the seconds it took."""
    begin = os.times().elapsed  # the other clocks are set by the scenario
    result = work()
    result.seconds = Decimal(str(round(os.times().elapsed - begin, 2)))
    return result
