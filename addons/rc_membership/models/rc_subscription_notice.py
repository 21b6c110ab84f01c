from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("remind_30", "30 days before the end"),
    ("remind_7", "7 days before the end"),
    ("remind_1", "The day before the end"),
    ("unpaid_0", "Bill sent"),
    ("unpaid_1", "Unpaid: day 1"),
    ("unpaid_3", "Unpaid: day 3"),
    ("unpaid_7", "Unpaid: day 7"),
    ("failed_0", "Charge refused: the day it was due"),
    ("failed_1", "Charge refused: day 1"),
    ("failed_3", "Charge refused: day 3"),
    ("failed_7", "Charge refused: day 7"),
    ("ended", "Ended"),
    ("win_back", "Asked to come back"),
]


class RcSubscriptionNotice(models.Model):
    """A notice to a member: one per kind and period, whoever runs the cron."""

    _name = "rc.subscription.notice"
    _description = "Notice of a Subscription"
    _order = "id desc"
    _allow_sudo_commands = False

    subscription_id = fields.Many2one(
        "rc.subscription", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="subscription_id.company_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    for_on = fields.Date("Period's End", required=True, readonly=True)

    _once_uniq = models.Constraint(
        "UNIQUE (subscription_id, kind, for_on)", "This notice was sent before."
    )

    @api.model
    @api.private
    def _claim(self, subscription, kind, for_on):
        """Return True for the first who wants to send it."""
        self.flush_model()
        claimed = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_subscription_notice
                       (subscription_id, kind, for_on, create_uid, create_date)
                VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (subscription_id, kind, for_on) DO NOTHING RETURNING id
                """,
                subscription.id,
                kind,
                for_on,
                self.env.uid,
                self.env.cr.now(),
            )
        )
        subscription.invalidate_recordset(["notice_ids"])
        return bool(claimed)
