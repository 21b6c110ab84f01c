"""Running steps side by side, each after the steps it needs."""

import dataclasses
import threading
import time
import traceback
from collections.abc import Callable

from .. import process, ui
from . import outcome


@dataclasses.dataclass(frozen=True)
class Step:
    """One step: a name, the work, and the steps that must be green before."""

    name: str
    work: Callable
    needs: tuple = ()
    addon: str | None = None
    is_pytest: bool = False


@dataclasses.dataclass
class Result:
    """What a step found and how long it took."""

    step: Step
    outcome: outcome.Outcome
    seconds: float


class Lanes:
    """Works off steps with a few threads; each step writes to its own log."""

    def __init__(self, steps, logs, count=2):
        self._waiting = list(steps)
        self._names = {step.name for step in steps}
        self._logs = logs
        self._count = count
        self._condition = threading.Condition()
        self.results = {}

    def run(self):
        """Run everything and return the results in the order of the steps."""
        order = [step.name for step in self._waiting]
        threads = [threading.Thread(target=self._lane, daemon=True) for _ in range(self._count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [self.results[name] for name in order]

    def _lane(self):
        while (step := self._next()) is not None:
            result = self._run_one(step)
            with self._condition:
                self.results[step.name] = result
                self._condition.notify_all()

    def _next(self):
        """Wait for a step whose needs are met; None when nothing is left."""
        with self._condition:
            while self._waiting:
                for step in self._waiting:
                    if all(need in self.results for need in step.needs if need in self._names):
                        self._waiting.remove(step)
                        return step
                self._condition.wait()
            return None

    def _run_one(self, step):
        begun = time.monotonic()
        broken = [n for n in step.needs if n in self.results and self.results[n].outcome.failures]
        log = self._logs / f"{step.name.replace(' ', '_')}.log"
        if broken:
            found = outcome.failed(f"{step.name}: not run, because {broken[0]} failed")
        else:
            ui.announce(f"{step.name} begins")
            found = _work(step, log)
        seconds = time.monotonic() - begun
        note = f" ({found.note})" if found.note else ""
        word = "ok    " if found.is_green else "FAILED"
        ui.announce(f"{word} {step.name}: {found}{note} in {seconds:.0f} s")
        if not found.is_green and not broken:
            ui.announce(f"end of {log}:\n{process.tail(log.read_text(errors='replace'))}\n")
        return Result(step, found, seconds)


def _work(step, log):
    """Do the step's work; one that breaks counts as one failure."""
    with ui.logging_to(log):
        try:
            return step.work()
        except ui.RcError as error:
            ui.say(str(error))
            return outcome.failed(f"{step.name}: {error}")
        except Exception as error:  # the lane must go on; the log keeps the traceback
            ui.say(traceback.format_exc())
            return outcome.failed(f"{step.name}: {type(error).__name__}: {error}")
