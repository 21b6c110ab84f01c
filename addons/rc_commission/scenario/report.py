"""What a run says: a table for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from .runner import Result

WAITS, PASSED, FAILED = "waits", "passed", "failed"


def judge(result: Result, issue: str | None) -> str:
    """Return passed, failed or waits.

    A file on the waiting list that passes on all sides has failed: its row must go.
    """
    if issue is None:
        return PASSED if result.is_passed else FAILED
    return FAILED if result.is_passed and result.is_whole else WAITS


def as_text(results: Sequence[Result], waiting: Mapping[Path, str]) -> str:
    """Return what came of each file and, as the last line, the sum."""
    lines = [tell(result, waiting.get(Path(result.path))) for result in results]
    return "\n".join([*lines, "", summary(results, waiting)])


def tell(result: Result, issue: str | None) -> str:
    """Return the line of one file, or the table of what is not as expected."""
    verdict = judge(result, issue)
    if verdict == WAITS:
        return f"waits   {result.path} (for “{issue}”)"
    if verdict == FAILED:
        return "\n".join(_failed(result, issue))
    return f"passed  {result.path} ({result.checked} checks, {result.seconds} s)"


def summary(results: Sequence[Result], waiting: Mapping[Path, str]) -> str:
    """Return the closing line: how many passed, failed and wait.

    >>> summary([Result("a.yaml", checked=3)], {})
    '1 passed, 0 failed, 0 waiting; 3 checks in 0 s'
    """
    counts = count(results, waiting)
    checked = sum(result.checked for result in results)
    seconds = sum((result.seconds for result in results), Decimal(0))
    return (
        f"{counts[PASSED]} passed, {counts[FAILED]} failed, {counts[WAITS]} waiting; "
        f"{checked} checks in {seconds} s"
    )


def count(results: Sequence[Result], waiting: Mapping[Path, str]) -> dict[str, int]:
    verdicts = [judge(result, waiting.get(Path(result.path))) for result in results]
    return {verdict: verdicts.count(verdict) for verdict in (PASSED, FAILED, WAITS)}


def _failed(result: Result, issue: str | None) -> list[str]:
    head = f"FAILED  {result.path}: {result.name}"
    if issue is not None:
        return [head, f"        passes now: take it off the waiting list (“{issue}”)"]
    lines = [head]
    rows = [("line", "at", "what", "expected", "got")]
    rows += [
        (
            str(failure.line or ""),
            failure.at,
            failure.what,
            failure.expected,
            " / ".join(f"{side}: {value}" for side, value in failure.got.items()),
        )
        for failure in result.failures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join(["       ", *cells, row[-1]]).rstrip())
        if number:
            lines += [f"            {why}" for why in result.failures[number - 1].why]
    return lines


def as_json(results: Sequence[Result], waiting: Mapping[Path, str]) -> str:
    """Return the same for programs."""
    files = []
    for result in results:
        issue = waiting.get(Path(result.path))
        files.append(
            {
                "file": result.path,
                "scenario": result.name,
                "result": judge(result, issue),
                "waits_for": issue,
                "checks": result.checked,
                "events": result.events,
                "seconds": str(result.seconds),
                "failures": [
                    {
                        "line": failure.line,
                        "at": failure.at,
                        "what": failure.what,
                        "expected": failure.expected,
                        "got": failure.got,
                        "why": failure.why,
                    }
                    for failure in result.failures
                ],
            }
        )
    counts = count(results, waiting)
    return json.dumps({**counts, "files": files}, ensure_ascii=False, indent=2)
