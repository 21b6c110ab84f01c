import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=1)
FAILURES = 100
SOURCES = 20


class RcAttemptAlert(models.Model):
    """Many wrong codes from many places within an hour: somebody guesses with many machines."""

    _name = "rc.attempt.alert"
    _description = "Guessing of Codes"
    _inherit = ["mail.activity.mixin", "mail.thread"]
    _order = "at desc, id desc"
    _rec_name = "bucket"
    _allow_sudo_commands = False

    bucket = fields.Char("What", required=True, readonly=True)
    at = fields.Datetime("Noticed", required=True, readonly=True)
    hour = fields.Datetime(required=True, readonly=True)
    failure_count = fields.Integer("Wrong Codes", readonly=True)
    source_count = fields.Integer("From Places", readonly=True)

    _hour_uniq = models.UniqueIndex("(bucket, hour)", "This was noticed before.")

    @api.model
    def _watch(self, bucket, at):
        """READ the last hour's failures → DECIDE → WRITE one alert an hour.

        In a transaction of its own, like the failures: the request that notices is refused.
        """
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL(
                    "SELECT COUNT(*), COUNT(DISTINCT who) FROM (SELECT who FROM rc_attempt"
                    " WHERE bucket = %s AND is_failure AND at > %s LIMIT 1000) AS recent",
                    bucket,
                    at - WINDOW,
                )
            )
            failures, sources = cr.fetchone()
            if failures < FAILURES or sources < SOURCES:
                return
            cr.execute(
                SQL(
                    """
                    INSERT INTO rc_attempt_alert (bucket, at, hour, failure_count, source_count,
                                                  create_date)
                    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
                    """,
                    bucket,
                    at,
                    at.replace(minute=0, second=0, microsecond=0),
                    failures,
                    sources,
                    at,
                )
            )
            [row] = cr.fetchall() or [None]
            if row:
                # the system tells whoever is responsible; a visitor caused it
                self.with_env(self.env(cr=cr, su=True)).browse(row[0])._tell()

    def _tell(self):
        """Give every program manager something to do about it."""
        self.ensure_one()
        _logger.warning(
            "guessing of codes (%s): %s wrong ones from %s places within an hour",
            self.bucket,
            self.failure_count,
            self.source_count,
        )
        managers = self.env.ref("rc_membership.group_program_manager").all_user_ids
        for user in managers.filtered(lambda user: user.active and not user.share)[:5]:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Somebody guesses codes"),
                note=self.env._(
                    "%(failures)s wrong codes from %(sources)s places within an hour. Each place "
                    "is locked out by itself; consider a challenge page, and look at who redeemed.",
                    failures=self.failure_count,
                    sources=self.source_count,
                ),
                user_id=user.id,
            )
