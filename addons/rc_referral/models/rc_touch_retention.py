from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters_attribution import get_param, get_window_days

TOUCH_DAYS_DEFAULT = 400
_BATCH = 5000


class RcTouch(models.Model):
    """How long clicks are kept: then they are deleted, and the visitor's id with them."""

    _inherit = "rc.touch"

    @api.model
    def _get_kept_days(self):
        text = get_param(self.env, "touch_days")
        return max(int(text) if text.isdigit() else TOUCH_DAYS_DEFAULT, get_window_days(self.env))

    @api.model
    def _cron_forget(self):
        """Delete what is older than the retention, in batches."""
        before = fields.Datetime.now() - timedelta(days=self._get_kept_days())
        self.env.flush_all()
        while self._forget(before):
            self.env["ir.cron"]._commit_progress(_BATCH)
        self.env.invalidate_all()

    @api.model
    def _forget(self, before):
        """Delete one batch; return how many clicks it had."""
        for table, column in (("rc_attribution", "decided_at"), ("sale_order", "date_order")):
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s = NULL WHERE %s IS NOT NULL AND %s < %s RETURNING id",
                    SQL.identifier(table),
                    SQL.identifier("visitor" if table == "rc_attribution" else "rc_visitor"),
                    SQL.identifier("visitor" if table == "rc_attribution" else "rc_visitor"),
                    SQL.identifier(column),
                    before,
                )
            )
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM rc_touch WHERE id IN (
                    SELECT id FROM rc_touch WHERE at < %s ORDER BY at LIMIT %s) RETURNING id
                """,
                before,
                _BATCH,
            )
        )
        return len(rows)
