"""The dry run: READ files and records, DECIDE line by line, WRITE findings only."""

from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..adapters import local_day
from ..kernel.golive import AMOUNT, CHOICE, DATE, Column, FileSpec, is_too_fine, read_file

CHUNK = 1000
ISSUES_MAX = 2000  # of a file: whoever has more starts with these


class Book:
    """What a check knows and finds: members by reference, lines to be, findings."""

    def __init__(self, run, today):
        self.run = run
        self.company = run.company_id
        self.today = today
        self.partners = {}  # reference → contact, of those imported before
        self.announced = frozenset()  # references of the members file
        self.decisions = {}  # (kind, reference) → what was decided about the same e-mail
        self.lines = []
        self.issues = []
        self._numbers = {}  # key → line of the file

    def error(self, kind, row, column, code, **values):
        self._add("1_error", kind, row, column, code, values)

    def question(self, kind, row, column, code, **values):
        self._add("2_question", kind, row, column, code, values)

    def note(self, kind, row, column, code, **values):
        self._add("3_note", kind, row, column, code, values)

    def _add(self, level, kind, row, column, code, values):
        found = row[column]
        self._put(level, kind, row.line, column, code, "" if found is None else str(found), values)

    def _put(self, level, kind, line, column, code, text, values):
        self.issues.append(
            {
                "run_id": self.run.id,
                "company_id": self.company.id,
                "level": level,
                "kind": kind,
                "line_number": line,
                "column": column,
                "text": text,
                "code": code,
                "values": {name: str(value) for name, value in values.items()},
            }
        )

    def put_problems(self, kind, problems):
        """Keep what the kernel found in a file's cells."""
        for problem in problems[:ISSUES_MAX]:
            self._put(
                "1_error",
                kind,
                problem.line,
                problem.column,
                problem.code,
                problem.text,
                problem.values,
            )

    def line(self, kind, row, key, group, amount=None, changes=(), is_known=False, **more):
        """Keep a line to be posted, or one that is there already.

        :param changes: (column, before, now) of what differs from the first import
        """
        first = self._numbers.setdefault(key, row.line)
        if first != row.line:
            self.error(kind, row, "reference", "twice", first=first)
            return
        for column, before, now in changes:
            self.note(kind, row, column, "changed", before=before or "–", now=now or "–")
        state = "todo"
        if is_known:
            state = "differs" if changes else "same"
        data = {k: str(v) for k, v in row.values.items() if v is not None}
        self.lines.append(
            {
                "run_id": self.run.id,
                "company_id": self.company.id,
                "kind": kind,
                "number": row.line,
                "reference": row["reference"],
                "key": key,
                "group": group,
                "amount": amount,
                "data": data | more.pop("data", {}),
                "state": state,
                "note": "; ".join(f"{c}: {b or '–'} → {n or '–'}" for c, b, n in changes) or None,
                "match_id": more.get("match_id"),
                "match": more.get("match"),
            }
        )

    def is_member(self, kind, row, column="reference"):
        """Tell whether a member is known or announced; note the error if not."""
        if row[column] in self.partners or row[column] in self.announced:
            return True
        self.error(kind, row, column, "unknown_member")
        return False


class RcGoliveRun(models.Model):
    _inherit = "rc.golive.run"

    def _get_spec_points(self):
        columns = (
            Column("reference", is_required=True),
            Column("program"),
            Column("points", AMOUNT, is_required=True),
            Column("nature", CHOICE, is_required=True, choices=("earned", "bought")),
            Column("expires_on", DATE),
        )
        return FileSpec(columns, ("reference", "program", "nature", "expires_on"))

    def _check_files(self, at):
        """READ → DECIDE → WRITE lines, findings and totals of the files as they are."""
        self.ensure_one()
        book = Book(self, local_day(at, self.company_id))
        files = self._get_files()
        read = {}
        for kind, content in files.items():
            read[kind] = read_file(content, getattr(self, f"_get_spec_{kind}")())
            book.put_problems(kind, read[kind].problems)
        names = {
            row[name]
            for found in read.values()
            for row in found.rows
            for name in ("reference", "sponsor_reference")
            if row[name]
        }
        book.partners = self.env["rc.member.reference"]._get_partners(self.company_id, names)
        if "member" in read:
            book.announced = read["member"].names
        book.decisions = {
            (line.kind, line.reference): line.match for line in self.line_ids if line.match
        }
        for kind, found in read.items():
            getattr(self, f"_check_{kind}")(book, found.rows)
        self._write_book(book, files, at)

    def _write_book(self, book, files, at):
        self.line_ids.unlink()
        self.issue_ids.unlink()
        _insert(self.env["rc.golive.line"], book.lines)
        _insert(self.env["rc.golive.issue"], book.issues)
        self.invalidate_recordset(flush=False)
        self.write(
            {"state": "checked", "checked_at": at, "checksum": self._compute_checksum(files)}
        )
        self._refresh_totals()

    # ------------------------------------------------------------------
    # Points
    # ------------------------------------------------------------------

    def _check_points(self, book, rows):
        programs = {
            program.code: program
            for program in self.env["rc.program"].search(
                [("company_id", "=", book.company.id)], order="sequence, id"
            )
        }
        platform = self.env["rc.program"]._get_platform(book.company)
        found = []
        for row in rows:
            program = programs.get(row["program"]) if row["program"] else platform
            if not program:
                book.error("points", row, "program", "unknown_program", known=_join(programs))
            elif book.is_member("points", row):
                found.append((row, program.code, self._get_points_key(program, row)))
        posted = self._read_points([key for _row, _code, key in found])
        for row, code, key in found:
            self._check_points_row(book, row, code, key, posted.get(key))

    def _get_points_key(self, program, row):
        parts = (program.code, row["reference"], row["nature"], row["expires_on"] or "-")
        return ":".join(("golive", str(self.company_id.id), "points", *map(str, parts)))

    def _check_points_row(self, book, row, program, key, posted):
        if is_too_fine(row["points"], 0):
            book.error("points", row, "points", "too_fine", digits=0)
        elif posted is None and row["expires_on"] and row["expires_on"] <= book.today:
            book.error("points", row, "expires_on", "points_expired")
        else:
            changes = []
            if posted is not None and posted != row["points"]:
                changes.append(("points", int(posted), int(row["points"])))
            book.line(
                "points",
                row,
                key,
                f"{program} · {row['nature']}",
                row["points"],
                changes,
                is_known=posted is not None,
                data={"program": program},
            )

    def _read_points(self, keys):
        """READ key → points that were granted by it."""
        if not keys:
            return {}
        self.env.flush_all()
        parts = [f"{key}|{part}" for key in keys for part in ("available", "debt", "pending")]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT regexp_replace(key, '\\|[a-z]+$', ''), SUM(amount)::text
                  FROM rc_point_entry WHERE key = ANY(%s) GROUP BY 1
                """,
                parts,
            )
        )
        return {key: Decimal(amount) for key, amount in rows}


def _join(names):
    return ", ".join(sorted(names)) or "–"


def _insert(model, rows):
    """Write many rows of the system in few queries."""
    model.env.flush_all()
    stamp = {"create_uid": model.env.uid, "create_date": model.env.cr.now()}
    for start in range(0, len(rows), CHUNK):
        part = [{**row, **stamp} for row in rows[start : start + CHUNK]]
        columns = list(part[0])
        values = SQL(", ").join(
            SQL(
                "(%s)",
                SQL(", ").join(
                    SQL("%s", model._fields[c].convert_to_column(row[c], model))
                    if isinstance(row[c], dict)
                    else SQL("%s", row[c])
                    for c in columns
                ),
            )
            for row in part
        )
        model.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) VALUES %s",
                SQL.identifier(model._table),
                SQL(", ").join(SQL.identifier(c) for c in columns),
                values,
            )
        )
