"""A file of codes to be taken over: every line is read, every mistake is told with its line."""

import csv
import io
from datetime import date
from typing import NamedTuple

from . import codes

COLUMNS = (
    "code",
    "owner",
    "campaign",
    "valid_from",
    "expires_on",
    "use_limit",
    "use_limit_per_person",
    "landing_page",
)
LINES_MAX = 5000
_NEEDED = ("code", "owner")
_DATES = ("valid_from", "expires_on")
_NUMBERS = ("use_limit", "use_limit_per_person")


class Line(NamedTuple):
    """A line that can be read; ``values`` has the columns that are filled in."""

    number: int
    values: dict


class Problem(NamedTuple):
    """What is wrong in a line: ``kind`` is one of the words below, ``value`` the cell.

    missing_column · unknown_column · too_long · missing · formula · bad_code · twice · bad_date ·
    bad_number · dates_reversed
    """

    number: int
    column: str
    kind: str
    value: str = ""


def read(text: str):
    """Return (lines, problems) of a CSV text whose first line names the columns.

    >>> read("code,owner\\nLOTUS,lotus@example.com\\n=X,a@b.c")[1]
    [Problem(number=3, column='code', kind='formula', value='=X')]
    """
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    problems = [Problem(1, name, "missing_column") for name in _NEEDED if name not in head]
    problems += [Problem(1, name, "unknown_column") for name in head if name not in COLUMNS]
    if len(rows) > LINES_MAX + 1:
        problems.append(Problem(LINES_MAX + 2, "", "too_long"))
    if problems:
        return [], problems
    lines, seen = [], set()
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            values, wrong = _read_row(number, dict(zip(head, row, strict=False)), seen)
            problems += wrong
            if not wrong:
                lines.append(Line(number, values))
    return lines, problems


def _read_row(number, cells, seen):
    values, wrong = {}, []
    for column, cell in cells.items():
        cell = cell.strip()
        kind, value = _read_cell(column, cell, seen)
        if kind:
            wrong.append(Problem(number, column, kind, cell[:60]))
        elif value is not None:
            values[column] = value
    for column in _NEEDED:
        if not cells.get(column, "").strip():
            wrong.append(Problem(number, column, "missing"))
    first, last = values.get("valid_from"), values.get("expires_on")
    if first and last and last <= first:
        wrong.append(Problem(number, "expires_on", "dates_reversed", str(last)))
    return values, wrong


def _read_cell(column, cell, seen):
    """Return (kind of problem, None) or (None, value); an empty cell is (None, None)."""
    if not cell:
        return None, None
    if cell.startswith(("=", "+", "@", "\t", "-")):
        return "formula", None
    if column == "code":
        return _read_code(cell, seen)
    try:
        if column in _DATES:
            return None, date.fromisoformat(cell)
        if column in _NUMBERS:
            number = int(cell)
            return (None, number) if 0 <= number <= 100_000 else ("bad_number", None)
    except ValueError:
        return ("bad_date" if column in _DATES else "bad_number"), None
    return None, cell


def _read_code(cell, seen):
    try:
        folded, kind = codes.fold(cell), codes.get_kind(cell)
    except codes.CodeFormatError:
        return "bad_code", None
    if kind is not None and (kind != "invite" or codes.diagnose(cell) != "ok"):
        return "bad_code", None
    if folded in seen:
        return "twice", None
    seen.add(folded)
    return None, codes.pretty(cell)
