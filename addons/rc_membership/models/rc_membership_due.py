from odoo import fields, models
from odoo.tools import SQL

from .rc_subscription import STATES
from .rc_subscription_attempt import FAILURES


class RcMembershipDue(models.Model):
    """Renewals that were billed and are not paid: what is open, since when, and what comes next."""

    _name = "rc.membership.due"
    _inherit = ["rc.membership.report.mixin"]
    _description = "Open Renewal"
    _auto = False
    _order = "period_start, id"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _depends = {
        "rc.subscription": ["partner_id", "product_id", "tier_id", "state", "token_id"],
        "rc.subscription.billing": ["subscription_id", "period_start", "invoice_id"],
        "rc.subscription.attempt": ["billing_id", "try_day", "state", "failure"],
        "account.move": ["state", "payment_state", "amount_residual", "invoice_date_due"],
    }

    subscription_id = fields.Many2one("rc.subscription", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    partner_id = fields.Many2one("res.partner", "Member", readonly=True)
    program_id = fields.Many2one("rc.program", readonly=True)
    tier_id = fields.Many2one("rc.tier", readonly=True)
    product_id = fields.Many2one("product.product", "Plan", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    invoice_id = fields.Many2one("account.move", readonly=True)
    period_start = fields.Date("Period from", readonly=True)
    due_on = fields.Date("Invoice Due on", readonly=True)
    late_days = fields.Integer(
        "Days Unpaid", readonly=True, aggregator="avg", help="Since the paid period ended."
    )
    has_card = fields.Boolean("Stored Card", readonly=True)
    try_count = fields.Integer("Tries to Collect", readonly=True, aggregator="sum")
    failure = fields.Selection(FAILURES, "Last Failure", readonly=True)
    amount_total = fields.Monetary("Billed", readonly=True, aggregator="sum")
    amount_residual = fields.Monetary("Open", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT billing.id, billing.subscription_id, billing.period_start, billing.invoice_id,
                   sub.state, sub.partner_id, sub.program_id, sub.tier_id, sub.product_id,
                   sub.company_id, move.currency_id, move.invoice_date_due AS due_on,
                   GREATEST(%(today)s::date - billing.period_start, 0) AS late_days,
                   move.amount_total, move.amount_residual, sub.token_id IS NOT NULL AS has_card,
                   tries.try_count, tries.failure
              FROM rc_subscription_billing billing
              JOIN rc_subscription sub ON sub.id = billing.subscription_id
              JOIN account_move move ON move.id = billing.invoice_id
              LEFT JOIN LATERAL (
                   SELECT COUNT(*)::int AS try_count,
                          (ARRAY_AGG(failure ORDER BY try_day DESC))[1] AS failure
                     FROM rc_subscription_attempt
                    WHERE billing_id = billing.id AND state <> 'dropped'
              ) tries ON TRUE
             WHERE move.state = 'posted' AND move.payment_state IN ('not_paid', 'partial')
            """,
            today=self._get_today(),
        )
