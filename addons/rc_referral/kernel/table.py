"""Tables of text that a spreadsheet opens without running anything in them."""

import csv
import io

_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\0")


def safe_cell(value) -> str:
    """Return the value as text that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("LOTUS"), safe_cell(None), safe_cell(3)
    ("'=1+1", 'LOTUS', '', '3')
    """
    text = "" if value is None or value is False else str(value)
    return f"'{text}" if text.startswith(_ACTIVE) else text


def write_csv(head, rows) -> bytes:
    """Return a CSV file (UTF-8 with its mark, so that Excel reads Chinese) of safe cells.

    >>> write_csv(["a"], [["@x"]]).decode("utf-8-sig")
    "a\\r\\n'@x\\r\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out)
    for row in [head, *rows]:
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")
