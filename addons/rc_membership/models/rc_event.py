"""The inbox: what happened, one row per fact and consumer, worked off once each."""

import logging
import traceback
from datetime import timedelta

import psycopg2
import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..adapters import local_day

_logger = logging.getLogger(__name__)

ATTEMPTS_MAX = 5
RETRY_MINUTES = (1, 5, 30, 120)


class RcEvent(models.Model):
    """A fact waiting for one consumer.

    Hooks in Odoo's own flow only insert rows here (never a hot row, never a failure of somebody
    else's module inside a payment); consumers recompute from the source documents, so a row
    delivered twice changes nothing.
    """

    _name = "rc.event"
    _description = "Network Event"
    _order = "id"
    _rec_name = "key"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True, index=True)
    consumer = fields.Char(required=True, readonly=True)
    res_model = fields.Char("Source Model", readonly=True)
    res_id = fields.Many2oneReference("Source", model_field="res_model", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    occurred_at = fields.Datetime(required=True, readonly=True)
    payload = fields.Json(readonly=True)
    state = fields.Selection(
        [("todo", "To Do"), ("done", "Done"), ("error", "Needs Attention")],
        default="todo",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_try_at = fields.Datetime(readonly=True)
    error = fields.Text(readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key, consumer)", "This event is in the inbox already.")
    _todo_idx = models.Index("(id) WHERE state = 'todo'")
    _source_idx = models.Index("(res_model, res_id)")

    # ------------------------------------------------------------------
    # In
    # ------------------------------------------------------------------

    @api.model
    def _get_consumers(self, kind):
        """Return the names of who wants events of ``kind``, in the order they are to be served.

        Each addon extends this and defines ``_consume_<name>(self)``.
        """
        return {
            "payment_changed": ["membership", "points"],
            "signed_up": ["member_account"],
            "subscription_due": ["subscription_review"],
            "activity": ["points_activity"],
            "win_back_due": ["subscription_win_back"],
        }.get(kind, [])

    @api.model
    @api.private
    def _push(self, key, kind, record, occurred_at=None, payload=None):
        """Put a fact in the inbox of every consumer of its kind; a key seen before is ignored.

        :param key: the fact, for example ``account.move:7:paid:31``
        :param record: the record it is about
        :param occurred_at: naive UTC datetime, default: now
        :return: number of new rows
        """
        consumers = self._get_consumers(kind)
        if not consumers:
            return 0
        self.flush_model()
        now = self.env.cr.now()
        company = self._get_company(record)
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s, %s, 'todo', 0, %s, %s)",
                key,
                kind,
                consumer,
                record._name,
                record.id,
                company.id,
                occurred_at or now,
                self._fields["payload"].convert_to_column(payload, self),
                self.env.uid,
                now,
            )
            for consumer in consumers
        )
        new = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_event (key, kind, consumer, res_model, res_id, company_id,
                                      occurred_at, payload, state, attempts,
                                      create_uid, create_date)
                VALUES %s ON CONFLICT (key, consumer) DO NOTHING RETURNING id
                """,
                rows,
            )
        )
        if new:
            # the caller may be a visitor or a portal user; waking a cron needs the system
            self.env.ref("rc_membership.ir_cron_event").sudo()._trigger()
        return len(new)

    @api.model
    def _get_company(self, record):
        """Return the company of the record, for a contact shared by all that of the sign-up."""
        # the caller may be a visitor or a portal user; whose fact it is, is the system's to know
        record = record.sudo()
        has_company = "company_id" in record._fields and record.company_id
        return record.company_id if has_company else self.env.company

    def _get_record(self):
        """Return the record the event is about (empty if it is gone)."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).exists()

    # ------------------------------------------------------------------
    # Out
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _drain(self, limit=500):
        """Work off due events in order, each in its own savepoint; return how many were done.

        Commits nothing itself: the cron does, a test or a command may not want to.
        """
        due = self._get_due(limit)
        return sum(event._work() for event in due)

    def _get_due(self, limit, kinds=None):
        """Return events to be served now, oldest first (of ``kinds`` only)."""
        return self.search(
            [
                ("state", "=", "todo"),
                *([("kind", "in", kinds)] if kinds else []),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", self.env.cr.now()),
            ],
            limit=limit,
        )

    def _work(self):
        """Serve one event in its company; keep it with its error if its consumer fails.

        True when done.
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                getattr(self.with_company(self.company_id), f"_consume_{self.consumer}")()
                self.write({"state": "done", "error": False, "next_try_at": False})
            return True
        except psycopg2.OperationalError:
            raise  # a serialization fault: the transaction is lost, whoever owns it retries
        except Exception as error:  # the one place that quarantines: one never stops the batch
            self.env.invalidate_all()
            # another worker wrote the same fact first: in a new transaction it will be seen
            is_conflict = isinstance(error, psycopg2.errors.UniqueViolation)
            self._quarantine(traceback.format_exc(), is_conflict)
            return False

    def _quarantine(self, error, is_conflict=False):
        """Keep the event with its error for a later try; the first after a conflict is at once."""
        attempts = self.attempts + 1
        final = attempts >= ATTEMPTS_MAX
        is_now = final or (is_conflict and attempts == 1)
        minutes = 0 if is_now else RETRY_MINUTES[attempts - 1]
        self.write(
            {
                "attempts": attempts,
                "error": error,
                "state": "error" if final else "todo",
                "next_try_at": minutes > 0 and self.env.cr.now() + timedelta(minutes=minutes),
            }
        )
        _logger.warning("event %s for %s failed (%s)", self.key, self.consumer, attempts)

    @api.model
    def _cron_drain(self):
        """Work off the inbox, committing after each event; a killed run loses nothing."""
        cron = self.env["ir.cron"]
        limit = 200
        due = self._get_due(limit)
        cron._commit_progress(remaining=len(due))
        for event in due:
            event = event.try_lock_for_update().filtered(lambda e: e.state == "todo")
            if not event:
                continue
            try:
                event._work()
            except psycopg2.OperationalError:
                self.env.cr.rollback()
                continue
            if not cron._commit_progress(1):
                break
        cron._commit_progress(remaining=len(self._get_due(limit)))

    def action_retry(self):
        """Staff: put quarantined events back in the queue."""
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can retry events."))
        self.check_access("read")
        # events have no write access for anybody: the queue belongs to the system
        self.sudo().filtered(lambda e: e.state == "error").write(
            {"state": "todo", "attempts": 0, "next_try_at": False}
        )
        self.env.ref("rc_membership.ir_cron_event").sudo()._trigger()  # crons are the system's

    # ------------------------------------------------------------------
    # Consumers of this addon
    # ------------------------------------------------------------------

    def _consume_membership(self):
        move = self._get_record()
        if move.is_sale_document():
            (move | move.reversed_entry_id)._rc_ensure_charges()

    def _consume_points(self):
        move = self._get_record()
        if move.is_sale_document():
            self.env["rc.point.rule"]._apply_to_invoices(move | move.reversed_entry_id)

    def _consume_points_activity(self):
        self.env["rc.point.rule"]._apply_to_activity(self._get_record())

    def _consume_subscription_review(self):
        subscription = self._get_record()
        if subscription:
            subscription._review(local_day(self.occurred_at, subscription.company_id))

    def _consume_subscription_win_back(self):
        subscription = self._get_record()
        if subscription:
            subscription._win_back()

    def _consume_member_account(self):
        partner = self._get_record()
        for program in self.env["rc.program"]._get_platform():
            self.env["rc.point.account"]._get_or_create(partner, program)
