"""The waiting list: scenarios of parts that a later issue brings.

A row is a file and the title of that issue. A file on the list must not pass yet: when it does, its
row goes. The list only shrinks.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

NAME = "WAITING.csv"
HEAD = ["file", "issue"]


def read_waiting(folder: Path) -> dict[str, str]:
    """Return file name → title of the issue that brings what it needs."""
    path = folder / NAME
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    if not rows or rows[0] != HEAD or any(len(row) != 2 or not all(row) for row in rows[1:]):
        raise ValueError(f"{path}: rows of “{','.join(HEAD)}” are needed")
    return dict(rows[1:])


def read_all(files) -> Mapping[Path, str]:
    """Return file → issue for files that stand on the list of their folder."""
    lists: dict[Path, dict[str, str]] = {}
    found = {}
    for path in map(Path, files):
        folder = path.parent
        waiting = lists.setdefault(folder, read_waiting(folder))
        if path.name in waiting:
            found[path] = waiting[path.name]
    return found
