"""The one cron of memberships: who is due goes into the inbox, is worked off, and is charged."""

import psycopg2

from odoo import api, fields, models

from ..adapters import local_day

BATCH = 100
KINDS = ("subscription_due", "win_back_due", "payment_changed")


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    @api.model
    def _cron_review(self):
        """Renew, remind, collect and end memberships; commits after each, resumes after a kill.

        Who is due is put in the inbox once a day. Then, until nothing is left: reviews are worked
        off (bills, reminders, states), stored cards are charged, and money received is followed.
        """
        cron = self.env["ir.cron"]
        self._push_due(fields.Datetime.now())
        cron._commit_progress(remaining=self._count_to_do())
        attempts = self.env["rc.subscription.attempt"]
        while True:
            worked = self._work_inbox()
            worked += attempts._charge_all(BATCH, cron._commit_progress)
            left = cron._commit_progress(worked, remaining=self._count_to_do())
            if not worked or not left:
                break

    @api.model
    def _push_due(self, now):
        """Put everybody who is due in the inbox; the key of the day forbids a second time."""
        inbox = self.env["rc.event"]
        for subscription in self._get_due(now) | self._get_to_remind(now):
            day = local_day(now, subscription.company_id)
            inbox._push(
                f"rc.subscription:{subscription.id}:due:{day}",
                "subscription_due",
                subscription,
                occurred_at=now,
            )
        self.env["sale.order.line"]._rc_push_gifts(now)
        for subscription in self._get_to_win_back(now):
            inbox._push(
                f"rc.subscription:{subscription.id}:win_back_due:{subscription.period_end}",
                "win_back_due",
                subscription,
                occurred_at=now,
            )

    @api.model
    def _work_inbox(self):
        """Work off a batch of our events, each committed; return how many were touched."""
        worked = 0
        for event in self._get_events(BATCH):
            event = event.try_lock_for_update().filtered(lambda e: e.state == "todo")
            if not event:
                continue
            try:
                event._work()
                worked += 1
            except psycopg2.OperationalError:
                self.env.cr.rollback()
                continue
            self.env["ir.cron"]._commit_progress()
        return worked

    @api.model
    def _get_events(self, limit):
        return self.env["rc.event"]._get_due(limit, KINDS)

    @api.model
    def _count_to_do(self):
        events = len(self._get_events(10 * BATCH))
        return events + len(self.env["rc.subscription.attempt"]._get_to_do(10 * BATCH))
