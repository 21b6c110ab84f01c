"""What is done about privacy requests in the background, each whole or not at all."""

import base64
import logging
from datetime import timedelta

from odoo import api, fields, models

from ..adapters import local_day
from ..exceptions import Refusal

_logger = logging.getLogger(__name__)

FILE_DAYS = 7  # how long a copy can be downloaded


class RcPrivacyRequest(models.Model):
    _inherit = "rc.privacy.request"

    @api.model
    def _cron_work(self):
        """Work off what was approved, then delete what is kept no longer.

        A request is done in one transaction: a process that is killed leaves it as it was, and the
        next run does it from the start.
        """
        now = fields.Datetime.now()
        todo = self.search(
            [
                ("state", "=", "approved"),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", now),
            ],
            order="id",
        )
        for number, request in enumerate(todo):
            if request.try_lock_for_update() and request.state == "approved":
                letter = request._write_letter()
                request._work(now)
                request._send_later(letter)
            self.env["ir.cron"]._commit_progress(1, remaining=len(todo) - number - 1)
        self._forget(now)

    def _work(self, at):
        """Do one request; a failure is undone and tried again later."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                getattr(self, f"_do_{self.kind}")(at)
        except Refusal:  # something came up since the decision: it is decided again
            self.invalidate_recordset()
            self.write({"state": "waiting", "decided_at": False, "decided_by_id": False})
        except Exception as error:
            self.invalidate_recordset()
            # the message of an error may name the person
            _logger.error("privacy request %s failed: %s", self.id, type(error).__name__)
            self._retry_later(at)

    def _do_export(self, at):
        """Write the copy; only the person downloads it, for some days."""
        content = self.partner_id._rc_write_export(at)
        self.write(
            {
                "file": base64.b64encode(content),
                "file_until": at + timedelta(days=FILE_DAYS),
                "state": "done",
                "done_at": at,
            }
        )

    def _do_erasure(self, at):
        """Erase the person; the copies made for them go as well."""
        self._check_free(at)
        counts = self.partner_id._rc_erase(at)
        theirs = self.search([("partner_id", "=", self.partner_id.id)])
        theirs.write({"file": False, "reason": False})
        theirs.filtered(lambda one: one.kind == "export").write({"state": "expired"})
        self.write({"state": "done", "done_at": at, "result": dict(counts)})

    @api.model
    def _forget(self, at):
        """Delete copies and kept names whose time is over."""
        over = self.search([("state", "=", "done"), ("file_until", "<=", at)])
        over.write({"file": False, "state": "expired"})
        for company in self.env["res.company"].search([]):
            self.env["rc.privacy.retained"]._forget(company, local_day(at, company))

    @api.private
    def _get_file(self):
        """Return the attachment of a copy; the caller has checked whose it is."""
        self.ensure_one()
        return (
            self.env["ir.attachment"]
            .sudo()  # see the docstring
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", self.id),
                ]
            )
        )
