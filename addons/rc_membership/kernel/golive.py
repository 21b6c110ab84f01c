"""Go-live files: CSV text becomes rows of typed values, and every problem says line and column."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

TEXT, EMAIL, PHONE, DATE, AMOUNT, CHOICE = (
    "text",
    "email",
    "phone",
    "date",
    "amount",
    "choice",
)
LINES_MAX = 100_000
LENGTH_MAX = 200
DIGITS_MAX = 12  # before the decimal point: more is a slip, not an amount
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]*")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_FORMULA = ("=", "@", "+", "-", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file, by its name in the first line."""

    name: str
    kind: str = TEXT
    is_required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileSpec:
    """The columns of a file, and which of them together may come only once in it."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a cell: a code, the text found and the values of the sentence."""

    line: int
    column: str
    code: str
    text: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: column → str, date, Decimal, or None where the cell is empty."""

    line: int
    values: Mapping[str, object]

    def __getitem__(self, name):
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class FileRead:
    """The rows without a problem of their own, and all problems of the file."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    line_count: int = 0
    names: frozenset[str] = frozenset()  # first key column of all lines, those with problems too


class _Unreadable(Exception):
    def __init__(self, code, line=1, column="", text="", **values):
        super().__init__(code)
        self.problem = Problem(line, column, code, text, values)


def read_file(content: bytes, spec: FileSpec) -> FileRead:
    """Read a whole file (UTF-8 with or without BOM; comma or semicolon).

    >>> spec = FileSpec((Column("reference", is_required=True), Column("points", AMOUNT)),
    ...                 ("reference",))
    >>> found = read_file("reference;points\\nM1;12.5\\nM2;a".encode(), spec)
    >>> [dict(row.values) for row in found.rows]
    [{'reference': 'M1', 'points': Decimal('12.5')}]
    >>> [(p.line, p.column, p.code) for p in found.problems]
    [(3, 'points', 'bad_amount')]
    """
    try:
        cells = _split(_decode(content))
        names = _read_header(cells, spec)
    except _Unreadable as error:
        return FileRead((), (error.problem,))
    columns = {column.name: column for column in spec.columns}
    rows, problems, seen = [], [], {}
    body = cells[1:]
    for line, values in body:
        found, row = _read_row(line, values, names, columns)
        if row:
            key = tuple(row[name] for name in spec.key)
            first = seen.setdefault(key, line)
            if first != line:
                found.append(Problem(line, spec.key[0], "twice", str(key[0]), {"first": first}))
        problems += found
        if row and not found:
            rows.append(row)
    if not body:
        problems.append(Problem(1, "", "no_rows"))
    place = names.index(spec.key[0])
    known = frozenset(cells[place] for _line, cells in body if len(cells) > place)
    return FileRead(tuple(rows), tuple(problems), len(body), known)


def _decode(content):
    if content[:2] == b"PK":
        raise _Unreadable("workbook")
    if b"\0" in content:
        raise _Unreadable("not_utf8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable("not_utf8", line=content[: error.start].count(b"\n") + 1) from None


def _split(text):
    """Return (line number, cells) of every line that is not empty."""
    head = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            cells = [cell.strip(" \u00a0\u3000") for cell in cells]
            if any(cells):
                found.append((line, cells))
            line = reader.line_num + 1
            if len(found) > LINES_MAX + 1:
                raise _Unreadable("too_many_lines", line, max=LINES_MAX)
    except csv.Error:
        raise _Unreadable("bad_quotes", line) from None
    if not found:
        raise _Unreadable("empty")
    return found


def _read_header(cells, spec):
    """Return the names of the file's columns in their order."""
    line, names = cells[0]
    names = [name.strip().lower().replace(" ", "_") for name in names]
    known = [column.name for column in spec.columns]
    for name in names:
        if name not in known:
            raise _Unreadable("unknown_column", line, name, name, known=", ".join(known))
        if names.count(name) > 1:
            raise _Unreadable("column_twice", line, name, name)
    for column in spec.columns:
        if column.is_required and column.name not in names:
            raise _Unreadable("missing_column", line, column.name)
    return names


def _read_row(line, cells, names, columns):
    """Return (problems, row or None)."""
    if len(cells) > len(names):
        return [Problem(line, "", "too_many_cells", cells[len(names)])], None
    cells = [*cells, *[""] * (len(names) - len(cells))]
    values, problems = {}, []
    for name, cell in zip(names, cells, strict=True):
        try:
            values[name] = read_cell(cell, columns[name])
        except _Unreadable as error:
            found = error.problem
            problems.append(Problem(line, name, found.code, cell[:LENGTH_MAX], found.values))
    return problems, None if problems else Row(line, values)


def read_cell(cell: str, column: Column):
    """Return the value of a cell, None if it is empty; raises what :func:`read_file` collects."""
    if not cell:
        if column.is_required:
            raise _Unreadable("required")
        return None
    if len(cell) > LENGTH_MAX:
        raise _Unreadable("too_long", max=LENGTH_MAX)
    if column.kind == AMOUNT:
        return _read_amount(cell)
    if column.kind == PHONE and _PHONE.fullmatch(cell):
        return cell
    if cell.startswith(_FORMULA):
        raise _Unreadable("formula")
    if column.kind == PHONE:
        raise _Unreadable("bad_phone")
    if column.kind == DATE:
        return _read_date(cell)
    if column.kind == EMAIL:
        if not _EMAIL.fullmatch(cell):
            raise _Unreadable("bad_email")
        return cell.lower()
    if column.kind == CHOICE and cell.lower() not in column.choices:
        raise _Unreadable("bad_choice", choices=", ".join(column.choices))
    return cell.lower() if column.kind == CHOICE else " ".join(cell.split())


def _read_amount(cell):
    if not _AMOUNT.fullmatch(cell):
        raise _Unreadable("formula" if cell.startswith(("=", "@", "+")) else "bad_amount")
    amount = Decimal(cell)
    if amount < 0:
        raise _Unreadable("negative")
    if amount == 0:
        raise _Unreadable("zero")
    if amount >= Decimal(10) ** DIGITS_MAX:
        raise _Unreadable("too_large")
    return amount


def _read_date(cell):
    try:
        if len(cell) != 10:
            raise ValueError(cell)
        return date.fromisoformat(cell)
    except ValueError:
        raise _Unreadable("bad_date") from None


def is_too_fine(amount: Decimal, digits: int) -> bool:
    """Tell whether an amount has more decimals than its currency (or whole points: 0).

    >>> is_too_fine(Decimal("1.005"), 2), is_too_fine(Decimal("1.50"), 1)
    (True, False)
    """
    return amount != round(amount, digits)


def circles(parents: Mapping[object, object]) -> frozenset:
    """Return the members whose way up leads back to themselves.

    :param parents: member → sponsor

    >>> sorted(circles({"a": "b", "b": "c", "c": "b", "d": "d", "e": "x"}))
    ['b', 'c', 'd']
    """
    state: dict[object, int] = {}  # number of the walk that met it; done ones stay
    found = set()
    for number, start in enumerate(parents):
        path, node = [], start
        while node in parents and node not in state:
            state[node] = number
            path.append(node)
            node = parents[node]
        if node in state and state[node] == number and node in path:
            found.update(path[path.index(node) :])
    return frozenset(found)


def sums(lines: Sequence[tuple[str, Decimal | None]]) -> dict[str, tuple[int, Decimal]]:
    """Return group → (count, sum) of (group, amount).

    >>> sums([("USD", Decimal("1.10")), ("USD", Decimal("2"))])
    {'USD': (2, Decimal('3.10'))}
    """
    totals: dict[str, tuple[int, Decimal]] = {}
    for group, amount in lines:
        count, total = totals.get(group, (0, Decimal(0)))
        totals[group] = count + 1, total + (amount or 0)
    return totals
