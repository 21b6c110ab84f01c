"""A person's data as a file they can read: one archive with a page, tables and JSON."""

import csv
import io
import json
import zipfile

from .kernel.privacy import safe_cell


def write_archive(page, sections):
    """Return a ZIP archive (bytes).

    :param page: HTML of the readable page
    :param sections: dicts ``name``, ``title``, ``columns`` (key → label), ``rows`` (dicts by key)
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page)
        data = {section["name"]: section["rows"] for section in sections}
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1))
        for section in sections:
            if section["rows"]:
                archive.writestr(f"tables/{section['name']}.csv", _write_table(section))
    return out.getvalue()


def _write_table(section):
    """Return one section as CSV, with the mark that lets Excel read Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe_cell(label) for label in section["columns"].values()])
    for row in section["rows"]:
        writer.writerow([safe_cell(row.get(key)) for key in section["columns"]])
    return out.getvalue().encode("utf-8-sig")
