"""Posting a go-live import: in batches that commit; a run that was killed goes on where it was."""

import logging
import traceback
from decimal import Decimal

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 100
TRIES_MAX = 5


class RcGoliveRun(models.Model):
    _inherit = "rc.golive.run"

    @api.model
    def _cron_post(self):
        """Post what waits, committing after each batch."""
        cron = self.env["ir.cron"]
        runs = self.search([("state", "=", "running")], order="id")
        cron._commit_progress(remaining=sum(runs.mapped("todo_count")))
        for run in runs:
            tries = 0
            while lines := run._get_next_lines():
                count = len(lines)
                try:
                    run._work(lines)
                except psycopg2.OperationalError:
                    # somebody else wrote the same: nothing of the batch is kept, it comes again
                    self.env.cr.rollback()
                    tries += 1
                    if tries < TRIES_MAX:
                        continue
                    return
                if not cron._commit_progress(count):
                    return
                self.env.invalidate_all()
            run._finish(fields.Datetime.now())
            cron._commit_progress()

    def _get_next_lines(self):
        """Return the next batch of one kind: members first, then what needs them."""
        self.ensure_one()
        lines = self.env["rc.golive.line"]
        for kind, _label in self._get_kinds():
            found = lines.search(
                [("run_id", "=", self.id), ("state", "=", "todo"), ("kind", "=", kind)],
                limit=BATCH,
                order="id",
            )
            if found:
                return found
        return lines

    def _work(self, lines):
        """Post a batch in its company; if it fails, each line of it alone, the bad ones set aside."""
        error = self._try(lines)
        if error and len(lines) > 1:
            for line in lines:
                self._work(line)
        elif error:
            lines.write({"state": "error", "error": error})
            _logger.warning("go-live %s: line %s failed", self.id, lines.display_name)

    def _try(self, lines):
        """Post lines in one savepoint; return what went wrong, or nothing."""
        run = self.with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                getattr(run, f"_post_{lines[0].kind}")(lines)
                lines.write({"state": "done", "error": False})
        except psycopg2.OperationalError:
            raise  # the transaction is lost, the cron comes again
        except Exception as error:  # quarantine: a bad line never stops the others
            self.env.invalidate_all()
            return str(error) if isinstance(error, UserError) else traceback.format_exc()
        return None

    def _finish(self, at):
        self.ensure_one()
        self.env.invalidate_all()
        self._refresh_totals()
        # what was to be decided is decided; what differs stays to be read
        self.issue_ids.filtered(lambda issue: issue.level == "2_question").unlink()
        state = "attention" if self.failed_count else "done"
        self.write({"state": state, "finished_at": at})

    # ------------------------------------------------------------------
    # Points
    # ------------------------------------------------------------------

    def _post_points(self, lines):
        """WRITE the balances of a batch by the door of the points ledger."""
        partners = self._get_members(lines)
        programs = {
            program.code: program
            for program in self.env["rc.program"].search([("company_id", "=", self.company_id.id)])
        }
        accounts, gifts = self.env["rc.point.account"], []
        for code, part in lines.grouped(lambda line: line.data["program"]).items():
            people = self.env["res.partner"].union(*(partners[x.reference] for x in part))
            owned = accounts._get_or_create_many(people, programs[code])
            gifts += [
                (
                    owned[partners[line.reference].id],
                    Decimal(line.data["points"]),
                    line.key,
                    line.data["nature"],
                    fields.Date.to_date(line.data.get("expires_on")) or None,
                )
                for line in part
            ]
        accounts._open_balances(gifts, self, self.started_at)

    def _get_members(self, lines, more=()):
        """Return reference → contact of all these lines, or refuse with who is missing."""
        names = {*lines.mapped("reference"), *more}
        partners = self.env["rc.member.reference"]._get_partners(self.company_id, names)
        missing = sorted(names - set(partners))
        if missing:
            raise UserError(
                self.env._("The member %s was not imported. Mend that line first.", missing[0])
            )
        return partners

    def _read_booked_points(self):
        """READ program and nature → (lines in the ledger, points granted by them)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line."group", COUNT(DISTINCT line.id), SUM(entry.amount)::text
                  FROM rc_golive_line line
                  JOIN rc_point_entry entry
                    ON entry.key IN (line.key || '|available', line.key || '|debt',
                                     line.key || '|pending')
                 WHERE line.run_id = %s AND line.kind = 'points'
                 GROUP BY line."group"
                """,
                self.id,
            )
        )
        return {group: (count, Decimal(amount)) for group, count, amount in rows}
