"""Reviewed CSV files: what the running system answers must be what a person agreed to, with why.

``RC_UPDATE_ALLOWLIST=1`` rewrites a file from the live answer. A row that changed loses its reason,
and a row that allows something without a reason fails: an update can never agree by itself.
"""

import csv
import difflib
import io
import os
import pathlib

FOLDER = pathlib.Path(__file__).parent
HOW = "RC_UPDATE_ALLOWLIST=1 rewrites the file; then give each changed row its reason"


def _read(path):
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def _text(header, rows):
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def compare(name, columns, live, needs_reason):
    """Return a complaint, or an empty text when the live rows are the reviewed ones.

    :param columns: names of the columns, without the last one, ``why``
    :param live: rows (tuples of text) that the running system answers
    :param needs_reason: row → True where the row allows something
    """
    path = FOLDER / name
    live = sorted(tuple(str(cell) for cell in row) for row in live)
    reviewed = _read(path)
    if os.environ.get("RC_UPDATE_ALLOWLIST"):
        why = {tuple(row[:-1]): row[-1] for row in reviewed}
        reviewed = [[*row, why.get(row, "")] for row in live]
        path.write_text(_text([*columns, "why"], reviewed), encoding="utf-8")
    before = [",".join(row[:-1]) for row in reviewed]
    after = [",".join(row) for row in live]
    diff = list(difflib.unified_diff(before, after, "reviewed", "live", lineterm="", n=0))
    if diff:
        return "\n".join([f"{name} differs from the running system ({HOW}):", *diff])
    bare = [",".join(row) for row in reviewed if needs_reason(row) and not row[-1].strip()]
    if bare:
        return "\n".join([f"{name}: these rows allow something without a reason:", *bare])
    return ""
