from odoo import fields, models
from odoo.tools import SQL

from ..kernel.subscription import RUNNING


class RcMembershipException(models.Model):
    """Where charges and invoices disagree: normally empty."""

    _name = "rc.membership.exception"
    _inherit = ["rc.membership.report.mixin"]
    _description = "Membership Exception"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _depends = {
        "rc.subscription": ["partner_id", "state", "ended_on", "company_id"],
        "rc.subscription.charge": ["subscription_id", "invoice_line_id", "period_end"],
        "account.move": ["state", "payment_state", "move_type", "amount_total"],
        "account.move.line": ["product_id", "quantity", "move_id"],
        "product.template": ["rc_tier_id"],
    }

    kind = fields.Selection(
        [
            ("charge_unpaid", "Period Used, Invoice Not Paid"),
            ("line_uncharged", "Plan Paid, Nothing Given"),
        ],
        "Exception",
        readonly=True,
    )
    date = fields.Date("Invoice Date", readonly=True)
    invoice_id = fields.Many2one("account.move", readonly=True)
    partner_id = fields.Many2one("res.partner", "Invoiced to", readonly=True)
    subscription_id = fields.Many2one("rc.subscription", readonly=True)
    product_id = fields.Many2one("product.product", "Plan", readonly=True)
    period_start = fields.Date("Period from", readonly=True)
    period_end = fields.Date("Until", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        # a bill of 0 is paid from the start; credited in full means the same as never paid
        return SQL(
            """
            WITH plan_line AS (
                SELECT line.id, line.product_id, line.price_subtotal AS amount, move.id AS invoice_id,
                       move.invoice_date AS date, move.partner_id, move.company_id, move.currency_id,
                       move.state = 'posted' AND move.payment_state IN ('paid', 'in_payment')
                           AND NOT credit.is_whole AS is_paid,
                       credit.is_whole OR move.payment_state = 'reversed' AS is_credited
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                  LEFT JOIN LATERAL (
                       SELECT COALESCE(SUM(note.amount_total) >= move.amount_total, FALSE) AS is_whole
                         FROM account_move note
                        WHERE note.reversed_entry_id = move.id AND note.state = 'posted'
                  ) credit ON TRUE
                 WHERE template.rc_tier_id IS NOT NULL AND move.move_type = 'out_invoice'
                   AND line.quantity > 0
            )
            SELECT charge.id::bigint * 2 AS id, 'charge_unpaid' AS kind, line.date, line.invoice_id,
                   line.partner_id, sub.id AS subscription_id, line.product_id, charge.period_start,
                   charge.period_end, line.company_id, line.currency_id, line.amount
              FROM rc_subscription_charge charge
              JOIN rc_subscription sub ON sub.id = charge.subscription_id
              JOIN plan_line line ON line.id = charge.invoice_line_id
             WHERE NOT line.is_paid AND (
                   (sub.state IN %(running)s
                    AND (charge.taken_on IS NULL OR charge.taken_on >= charge.period_end))
                   OR (sub.ended_on >= charge.period_end AND NOT line.is_credited))
             UNION ALL
            SELECT line.id::bigint * 2 + 1, 'line_uncharged', line.date, line.invoice_id,
                   line.partner_id, NULL, line.product_id, NULL, NULL, line.company_id,
                   line.currency_id, line.amount
              FROM plan_line line
              LEFT JOIN rc_subscription_charge charge ON charge.invoice_line_id = line.id
             WHERE line.is_paid AND charge.id IS NULL
            """,
            running=tuple(RUNNING),
        )
