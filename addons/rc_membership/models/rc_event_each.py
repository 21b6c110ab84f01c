"""Crons over many rows: one that fails goes to the inbox with its error, the others go on."""

import logging
import traceback

import psycopg2

from odoo import api, models

_logger = logging.getLogger(__name__)

BATCH = 50
_RESUME = "rc_membership.resume"


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    @api.private
    def _serve_each(self, records, kind, now, act):
        """Do ``act`` to each record, in a savepoint of its own; commits as it goes.

        What fails becomes an event of ``kind`` with its error: its consumers try again, and
        managers see it. A run that was cut off goes on behind the last one it served.

        :param kind: has consumers that do the same as ``act``
        :param now: naive UTC datetime of the run
        :param act: called with one record
        """
        cron = self.env["ir.cron"]
        params = self.env["ir.config_parameter"].sudo()  # of the system, as crons are
        name = f"{_RESUME}.{kind}.{self.env.company.id}"
        after = int(params.get_param(name) or 0)
        records = records.sorted(lambda one: (one.id <= after, one.id))
        cron._commit_progress(remaining=len(records))
        for number in range(0, len(records), BATCH):
            batch = records[number : number + BATCH]
            for record in batch:
                self._serve_one(record, kind, now, act)
            if not cron._commit_progress(len(batch)) and number + BATCH < len(records):
                params.set_param(name, batch[-1].id)
                cron._commit_progress()
                return

    def _serve_one(self, record, kind, now, act):
        try:
            with self.env.cr.savepoint():
                act(record)
        except psycopg2.OperationalError:
            raise  # a serialization fault: the transaction is lost, the next run goes on
        except Exception:  # as in _work: one never stops the batch
            self.env.invalidate_all(flush=False)
            _logger.warning("%s of %s failed", kind, record, exc_info=True)
            self._keep_failure(record, kind, now, traceback.format_exc())

    def _keep_failure(self, record, kind, now, error):
        key = f"{record._name}:{record.id}:{kind}:{now.date()}"
        if self._push(key, kind, record, now):
            for event in self.search([("key", "=", key)]):
                event._quarantine(error)
