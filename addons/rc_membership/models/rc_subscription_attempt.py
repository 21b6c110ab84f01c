"""Charging a stored card: the intent is committed, the provider asked, the answer recorded."""

import logging
from datetime import timedelta

import psycopg2

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..adapters import local_day
from ..kernel.dunning import classify_failure
from ..kernel.subscription import RUNNING

_logger = logging.getLogger(__name__)

# an asked provider answers within seconds; whatever took longer was cut off
UNANSWERED_MINUTES = 15
# they take the same reference twice as one charge (idempotency key), or charge nobody
REPEATABLE_HOURS = 20  # providers forget idempotency keys after a day
REPEATABLE = ("demo", "stripe", "adyen", "mercado_pago", "worldline")

FAILURES = [
    ("refused", "The card was refused"),
    ("token_expired", "The card has expired or was removed"),
    ("sca", "The bank asks the member to confirm the payment"),
]


class RcSubscriptionAttempt(models.Model):
    """One try to collect a bill from a stored card.

    The database allows one that is open or done per bill: that is what forbids a second charge.
    """

    _name = "rc.subscription.attempt"
    _description = "Try to Collect a Renewal"
    _order = "id desc"
    _rec_name = "transaction_id"
    _allow_sudo_commands = False
    _OPEN = ("ready", "asked", "pending", "unknown")

    billing_id = fields.Many2one(
        "rc.subscription.billing", required=True, readonly=True, ondelete="restrict", index=True
    )
    subscription_id = fields.Many2one(
        "rc.subscription", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="subscription_id.company_id")
    try_day = fields.Integer("Day", readonly=True, help="Days after the period's end.")
    due_on = fields.Date(required=True, readonly=True)
    transaction_id = fields.Many2one(
        "payment.transaction", required=True, readonly=True, ondelete="restrict", index=True
    )
    state = fields.Selection(
        [
            ("ready", "To Do"),
            ("asked", "Asked"),
            ("pending", "Pending"),
            ("unknown", "No Answer"),
            ("done", "Paid"),
            ("refused", "Refused"),
            ("dropped", "Not Needed"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    failure = fields.Selection(FAILURES, readonly=True)
    message = fields.Char("Provider's Answer", readonly=True)
    first_asked_at = fields.Datetime("Asked at", readonly=True)
    asked_at = fields.Datetime("Last Asked at", readonly=True)

    _day_uniq = models.Constraint("UNIQUE (billing_id, try_day)", "It was tried that day.")
    _one_open = models.UniqueIndex(
        "(billing_id) WHERE state IN ('ready', 'asked', 'pending', 'unknown', 'done')",
        "This bill is being charged already.",
    )

    @api.depends("transaction_id.reference")
    def _compute_display_name(self):
        for attempt in self:
            # sudo: whoever may see a try sees its reference, the payment itself is accounting's
            attempt.display_name = attempt.transaction_id.sudo().reference

    @api.model
    @api.private
    def _claim(self, billing, try_day, token, today):
        """Put a try on record with its transaction, once per bill and day; return it or nothing."""
        known = self.search([("billing_id", "=", billing.id), ("try_day", "=", try_day)], limit=1)
        if known:
            return self.browse()
        invoice = billing.invoice_id
        transactions = self.env["payment.transaction"]
        transaction = transactions.create(
            {
                "provider_id": token.provider_id.id,
                "payment_method_id": token.payment_method_id.id,
                "token_id": token.id,
                "operation": "offline",
                "amount": invoice.amount_residual,
                "currency_id": invoice.currency_id.id,
                "partner_id": invoice.partner_id.id,
                "invoice_ids": [Command.set(invoice.ids)],
                "reference": transactions._compute_reference(
                    token.provider_code, prefix=invoice.name
                ),
            }
        )
        self.flush_model()  # an earlier try's refusal frees the bill: the index must see it first
        return self.create(
            {
                "billing_id": billing.id,
                "subscription_id": billing.subscription_id.id,
                "try_day": try_day,
                "due_on": today,
                "transaction_id": transaction.id,
                "state": "ready",
            }
        )

    # ------------------------------------------------------------------
    # Asking the provider: for the cron only, outside of retried transactions
    # ------------------------------------------------------------------

    @api.private
    def _charge(self, commit):
        """Ask the provider for the money of one try; return True if this worker did it.

        ``commit`` is called before the provider is asked and after each step: whatever is cut off
        is found again and resolved before anything else is tried.
        """
        self.ensure_one()
        if not self._take():
            return False
        is_again = self.transaction_id.rc_was_asked
        self.transaction_id.rc_was_asked = True
        commit()
        is_answered = self._ask(is_again)
        commit()
        self._settle(is_answered)
        commit()
        return True

    def _take(self):
        """Move a try to ``asked``; False if another worker has it or it is needed no more."""
        self.flush_recordset()
        now = fields.Datetime.now()
        taken = self.env.execute_query(
            SQL(
                "UPDATE rc_subscription_attempt SET state = 'asked', asked_at = %(now)s,"
                " first_asked_at = COALESCE(first_asked_at, %(now)s)"
                " WHERE id = %(id)s AND (state = 'ready' OR state IN ('asked', 'unknown')"
                " AND asked_at < %(cut)s) RETURNING id",
                now=now,
                id=self.id,
                cut=now - timedelta(minutes=UNANSWERED_MINUTES),
            )
        )
        self.invalidate_recordset()
        if not taken:
            return False
        if not self.transaction_id.rc_was_asked and not self._is_needed():
            self.transaction_id._set_canceled(self.env._("Not needed any more."))
            self.state = "dropped"
            return False
        return True

    def _may_repeat(self):
        """True while the provider takes the same reference twice as one charge."""
        provider = self.transaction_id.provider_code
        age = fields.Datetime.now() - (self.first_asked_at or fields.Datetime.now())
        return provider == "demo" or (
            provider in REPEATABLE and age < timedelta(hours=REPEATABLE_HOURS)
        )

    def _is_needed(self):
        """True while the bill is unpaid, nobody else is paying it and the plan runs."""
        invoice = self.billing_id.invoice_id
        others = invoice.transaction_ids - self.transaction_id
        return (
            self.subscription_id.state in RUNNING
            and self.billing_id == self.subscription_id._get_billing()
            and not self.subscription_id.is_ending
            and invoice.state == "posted"
            and invoice.payment_state == "not_paid"
            and not others.filtered(lambda t: t.state in ("pending", "authorized", "done"))
        )

    def _ask(self, is_again):
        """Ask the provider once per transaction, again only where that charges nobody twice.

        :return: True when the transaction holds the provider's answer
        """
        transaction = self.transaction_id
        is_unknown = transaction.state == "error" and transaction.rc_is_unanswered
        if transaction.state != "draft" and not is_unknown:
            return True  # it was answered meanwhile
        if is_again and not (self._may_repeat() and self._is_needed()):
            return False
        transaction.write({"state": "draft", "rc_is_unanswered": False})
        try:
            transaction._charge_with_token()
        except UserError as error:  # the provider was switched off
            transaction._set_error(str(error))
        return not transaction.rc_is_unanswered

    def _settle(self, is_answered):
        """Record the answer; money received is booked at once."""
        transaction = self.transaction_id
        if not is_answered:
            self._leave_unknown()
        elif transaction.state == "draft":  # it waits for the payer, and nobody is there to confirm
            self._refuse("sca", transaction.state_message)
        elif transaction.state == "done" and not transaction.is_post_processed:
            transaction._post_process()  # tells the try as well
        self._follow_transaction()

    def _follow_transaction(self):
        """Let open tries take over what their transactions say by now."""
        for attempt in self.filtered(lambda a: a.state in self._OPEN):
            attempt._record()

    def _record(self):
        transaction = self.transaction_id
        if transaction.state in ("pending", "authorized"):
            self.state = "pending"
        elif transaction.state == "done":
            self.state = "done"
        elif transaction.state in ("cancel", "error") and not transaction.rc_is_unanswered:
            message = transaction.state_message
            said = f"{transaction.rc_failure_code or ''} {message or ''}"
            self._refuse(classify_failure(said), message)

    def _refuse(self, failure, message):
        today = local_day(fields.Datetime.now(), self.company_id)
        if not self.transaction_id.token_id.active:
            failure = "token_expired"
        self.write({"state": "refused", "failure": failure, "message": message})
        self.subscription_id._on_refused(self, max(today, self.due_on))

    def _leave_unknown(self):
        """Nobody knows whether the money was taken: nothing else is tried until that is known."""
        self.state = "unknown"
        if self._may_repeat() and self._is_needed():
            return  # the cron asks again under the same reference
        managers = self.env.ref("rc_membership.group_program_manager").all_user_ids
        ours = managers.filtered(lambda user: self.company_id in user.company_ids)
        self.subscription_id.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._(
                "Ask the provider whether %s was paid", self.transaction_id.reference
            ),
            note=self.env._(
                "The provider did not answer. Look the reference up there, then press 'It was not"
                " paid' on the try, or confirm the transaction."
            ),
            user_id=(ours or managers)[:1].id or self.env.uid,
        )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_not_paid(self):
        """Staff looked it up at the provider: nothing was taken, so it may be tried again."""
        self.subscription_id._check_manager()
        for attempt in self.sudo().filtered(lambda a: a.state == "unknown"):  # checked above
            attempt.transaction_id.write({"rc_is_unanswered": False})
            if attempt.transaction_id.state == "draft":
                attempt.transaction_id._set_canceled(self.env._("Not paid, says the provider."))
            attempt._refuse("refused", self.env._("Not paid, says the provider."))

    @api.model
    def _get_to_do(self, limit):
        """Return tries to make, and those that were cut off long enough ago."""
        cut = fields.Datetime.now() - timedelta(minutes=UNANSWERED_MINUTES)
        return self.search(
            [
                "|",
                ("state", "=", "ready"),
                "&",
                ("state", "in", ("asked", "unknown")),
                ("asked_at", "<", cut),
            ],
            order="due_on, id",
            limit=limit,
        ).filtered(lambda a: a.state != "unknown" or (a._may_repeat() and a._is_needed()))

    @api.model
    @api.private
    def _charge_all(self, limit, commit):
        """Make the tries that are due; return how many this worker made. One that crashes waits."""
        made = 0
        for attempt in self._get_to_do(limit):
            try:
                made += attempt._charge(commit)
            except psycopg2.OperationalError:  # another worker was quicker, or the lock was held
                self.env.cr.rollback()
            except Exception:  # quarantine: it stays asked, is resolved later, and the others go on
                self.env.cr.rollback()
                _logger.exception("the try %s to collect was cut off", attempt.id)
        return made
