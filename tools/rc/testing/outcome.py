"""What a step found: counts, and the names of what failed or was skipped."""

import dataclasses
import xml.etree.ElementTree as ElementTree


@dataclasses.dataclass
class Outcome:
    """Counts of a step; adding two gives the counts of both."""

    passed: int = 0
    failures: list = dataclasses.field(default_factory=list)
    skips: list = dataclasses.field(default_factory=list)
    note: str = ""

    def __add__(self, other):
        return Outcome(
            self.passed + other.passed,
            self.failures + other.failures,
            self.skips + other.skips,
            "; ".join(filter(None, (self.note, other.note))),
        )

    @property
    def is_green(self):
        return not self.failures

    def __str__(self):
        return f"{self.passed} passed, {len(self.failures)} failed, {len(self.skips)} skipped"


def passed():
    """One thing that was tried and worked."""
    return Outcome(passed=1)


def failed(name):
    """One thing that did not work."""
    return Outcome(failures=[name])


def skipped(name, reason):
    """One thing that could not be tried."""
    return Outcome(skips=[f"{name}: {reason}"])


def from_junit(path, title, exit_code):
    """The outcome of a pytest run; a run that broke off counts as one more failure."""
    total = Outcome()
    try:
        cases = ElementTree.parse(path).getroot().iter("testcase")
    except (OSError, ElementTree.ParseError):
        cases = ()
    for case in cases:
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            total.failures.append(name)
        elif (skip := case.find("skipped")) is not None:
            total.skips.append(f"{name}: {skip.get('message', '')}")
        else:
            total.passed += 1
    nothing_collected, all_fine, some_failed = 5, 0, 1
    explained = exit_code in (all_fine, nothing_collected)
    if not explained and not (exit_code == some_failed and total.failures):
        total.failures.append(f"{title}: pytest ended with exit code {exit_code}")
    if exit_code == nothing_collected:
        total.note = "no tests"
    return total
