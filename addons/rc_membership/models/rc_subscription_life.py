"""What the days bring: bills, tries to collect, reminders, the end, and coming back."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..adapters import local_day
from ..kernel.dunning import Standing, decide_due, next_try, reminder_due
from ..kernel.subscription import RUNNING

WIN_BACK_WINDOW_DAYS = 30  # somebody gone longer is not written to after a pause of the server


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    billing_ids = fields.One2many("rc.subscription.billing", "subscription_id", "Bills")
    attempt_ids = fields.One2many("rc.subscription.attempt", "subscription_id", "Tries to Collect")
    notice_ids = fields.One2many("rc.subscription.notice", "subscription_id", "Notices")
    last_failure = fields.Selection(
        lambda self: self.env["rc.subscription.attempt"]._fields["failure"].selection,
        compute="_compute_dunning",
        string="Last Problem",
    )
    next_try_on = fields.Date("Next Try", compute="_compute_dunning")
    tier_until = fields.Date("Tier until", compute="_compute_dunning")

    @api.depends(
        "attempt_ids.state",
        "period_end",
        "state",
        "program_id.grace_days",
        "program_id.retry_days",
    )
    def _compute_dunning(self):
        today = fields.Date.context_today(self)
        for subscription in self:
            # the member's own page shows these, and members have no rights on programs
            program = subscription.program_id.sudo()
            end, grace = subscription.period_end, program.grace_days
            is_unpaid = subscription.state in ("past_due", "grace")
            last = subscription._get_attempts()[-1:]
            subscription.last_failure = last.failure if is_unpaid else False
            subscription.tier_until = end and end + timedelta(days=grace if is_unpaid else 0)
            day = (
                is_unpaid
                and subscription.token_id
                and next_try(end, grace, today, program._get_retry_days())
            )
            subscription.next_try_on = day and end + timedelta(days=day)

    def _get_attempts(self):
        """Return the tries to collect the bill of the period that is due, oldest first."""
        self.ensure_one()
        return self._get_billing().attempt_ids.sorted("try_day")

    # ------------------------------------------------------------------
    # A day of one subscription
    # ------------------------------------------------------------------

    @api.private
    def _review(self, today):
        """READ how a plan stands → DECIDE what the day asks → WRITE it. Calls no provider.

        A try to collect is only put on record here; the cron makes it, outside of this
        transaction.
        """
        self.ensure_one()
        if self.state not in RUNNING:
            return
        if today < self.period_end:
            self._remind(today)
            return
        self._get_attempts()._follow_transaction()
        if self.state not in RUNNING or today < self.period_end:  # paid meanwhile
            return
        standing = self._read_standing()
        due = decide_due(standing, today)
        if due.bill:
            self._bill_next_period(today)
        if self._start_free_period():
            return
        if due.try_day is not None:
            self._collect(due.try_day, today)
        if due.state != self.state:
            self._move(due.state, today)

    def _start_free_period(self):
        """Let the bill of a period that costs nothing start it; True if it did.

        Nobody pays it, so no payment would.
        """
        bill = self._get_billing().invoice_id
        is_free = bill.state == "posted" and bill.currency_id.is_zero(bill.amount_total)
        if is_free:
            bill._rc_ensure_charges()
        return is_free

    def _read_standing(self):
        billing = self._get_billing()
        attempts = self._get_attempts()
        asked = self.notice_ids.filtered(
            lambda n: n.for_on == self.period_end and n.code.startswith("unpaid_")
        )
        days = set(attempts.mapped("try_day"))
        if not self._get_usable_token():
            days |= {int(notice.code.removeprefix("unpaid_")) for notice in asked}
        return Standing(
            state=self.state,
            period_end=self.period_end,
            grace_days=self.program_id.grace_days,
            is_ending=self.is_ending,
            has_token=bool(self._get_usable_token()),
            is_billed=bool(billing.invoice_id),
            tried=frozenset(days),
            is_open=bool(attempts.filtered(lambda a: a.state in a._OPEN)),
            retry_days=self.program_id._get_retry_days(),
        )

    def _get_billing(self):
        """Return the bill of the period that is due, if it was made."""
        run = self._get_run()
        return self.billing_ids.filtered(
            lambda b: b.period_start == self.period_end and b.run == run
        )[:1]

    def _collect(self, try_day, today):
        """Put a try on record, or send the bill to somebody without a stored card."""
        token, billing = self._get_usable_token(), self._get_billing()
        if token:
            self.env["rc.subscription.attempt"]._claim(billing, try_day, token, today)
        elif self._notice(f"unpaid_{try_day}", self.period_end):
            if try_day == 0 or not billing.invoice_id.is_move_sent:
                billing.invoice_id._rc_send_renewal()
            else:
                self._write_to("rc_membership.mail_template_unpaid")

    def _move(self, state, today):
        """Write the state a day brought, and what follows from an end."""
        if state in RUNNING:
            self.write({"state": state})
            return
        was_trial = self.state == "trial"
        self._end(state, today)
        self._void_unpaid_bills(today)
        if self._notice("ended", self.period_end):
            self._write_to(
                "rc_membership.mail_template_trial_ended"
                if was_trial
                else "rc_membership.mail_template_ended"
            )

    def _void_unpaid_bills(self, today):
        """Take back bills of periods that were never paid: nothing is owed for them.

        A bill that a provider may still pay is left.
        """
        for billing in self.billing_ids:
            invoice = billing.invoice_id
            is_open = billing.attempt_ids.filtered(lambda a: a.state in a._OPEN)
            is_unpaid = invoice.state == "posted" and invoice.payment_state == "not_paid"
            is_charged = self.charge_ids.filtered(
                lambda c, invoice=invoice: c.invoice_id == invoice
            )
            if is_unpaid and not is_open and not is_charged:
                reason = self.env._("Not renewed: nothing is owed")
                invoice._reverse_moves(
                    [{"date": today, "invoice_date": today, "ref": reason}], cancel=True
                )

    def _on_refused(self, attempt, today):
        """Tell the member that a charge was refused, and let the day go on."""
        self.ensure_one()
        self._tell(f"refused:{attempt.id}", "payment_failed", {"failure": attempt.failure})
        if self._notice(f"failed_{attempt.try_day}", attempt.billing_id.period_start):
            self._write_to("rc_membership.mail_template_payment_failed")
        self._review(today)

    # ------------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------------

    def _remind(self, today):
        plan = self.product_id.product_tmpl_id
        days = self.program_id._get_remind_days()
        day = reminder_due(self.period_end, plan._rc_get_months(), today, days)
        if day and self._notice(f"remind_{day}", self.period_end):
            self._write_to("rc_membership.mail_template_reminder")

    def _win_back(self):
        """Write to somebody whose membership ended, once, unless they came back."""
        self.ensure_one()
        if self.state in RUNNING or self._get_running(self.partner_id, self.program_id):
            return
        if self._notice("win_back", self.period_end):
            self._tell(f"win_back:{self.period_end}", "win_back")
            self._write_to("rc_membership.mail_template_win_back")

    def _notice(self, code, for_on):
        """Claim a notice; True for the one who may send it."""
        return self.env["rc.subscription.notice"]._claim(self, code, for_on)

    def _write_to(self, template):
        """Tell the member, in their language, by the way they prefer."""
        self.partner_id._rc_tell(self.env.ref(template), self)

    def _tell(self, fact, kind, payload=None):
        """Put a fact in the inbox for whoever wants it (webhooks, CRM, growth)."""
        # whoever pressed the button needs no rights on the inbox
        self.env["rc.event"].sudo()._push(
            f"rc.subscription:{self.id}:{fact}", kind, self, payload=payload
        )

    def _tell_charged(self, charge):
        kind = {
            "first": "membership_started",
            "renewal": "membership_renewed",
            "upgrade": "membership_upgraded",
        }[charge.kind]
        self._tell(f"charged:{charge.id}", kind, {"charge_id": charge.id})

    # ------------------------------------------------------------------
    # Who is due
    # ------------------------------------------------------------------

    @api.model
    def _get_to_remind(self, now):
        """Return running subscriptions whose reminder of these days was not sent."""
        found = self.browse()
        programs = self.env["rc.program"].with_context(active_test=False).search([])
        for program in programs.filtered(lambda p: p._get_remind_days()):
            today, days = local_day(now, program.company_id), program._get_remind_days()
            ids = self.env.execute_query(
                SQL(
                    """
                    SELECT subscription.id FROM rc_subscription subscription
                     WHERE program_id = %(program)s AND state IN %(running)s
                       AND period_end > %(today)s AND period_end <= %(until)s
                       AND NOT EXISTS (
                           SELECT FROM rc_subscription_notice notice
                            WHERE notice.subscription_id = subscription.id
                              AND notice.for_on = subscription.period_end
                              AND notice.code = 'remind_' || (
                                  SELECT MIN(day) FROM unnest(%(days)s) AS day
                                   WHERE day >= period_end - %(today)s))
                     ORDER BY period_end, id
                    """,
                    program=program.id,
                    running=tuple(RUNNING),
                    today=today,
                    until=today + timedelta(days=days[-1]),
                    days=list(days),
                )
            )
            found |= self.browse(row[0] for row in ids)
        return found.filtered(
            lambda s: reminder_due(
                s.period_end,
                s.product_id.product_tmpl_id._rc_get_months(),
                local_day(now, s.company_id),
                s.program_id._get_remind_days(),
            )
        )

    @api.model
    def _get_to_win_back(self, now):
        """Return subscriptions that ended so long ago that their members are asked back."""
        domains = []
        for company in self.env["res.company"].search([("rc_win_back_days", ">", 0)]):
            day = local_day(now, company) - timedelta(days=company.rc_win_back_days)
            domains.append(
                Domain("company_id", "=", company.id)
                & Domain("ended_on", "<=", day)
                & Domain("ended_on", ">", day - timedelta(days=WIN_BACK_WINDOW_DAYS))
            )
        if not domains:
            return self.browse()
        ended = Domain("state", "in", ("cancelled", "expired")) & Domain.OR(domains)
        told = Domain("notice_ids", "any", [("code", "=", "win_back")])
        return self.search(ended & ~told, order="id")
