from odoo import fields, models
from odoo.tools import SQL

from ..adapters import company_today


class RcCommissionReport(models.Model):
    """Commissions earned and taken back, one row per entry: for pivot and graph."""

    _name = "rc.commission.report"
    _description = "Commission Analysis"
    _auto = False
    _order = "date desc, id desc"
    _allow_sudo_commands = False

    date = fields.Date("Earned On", readonly=True)
    payable_on = fields.Date("Payable From", readonly=True)
    award_id = fields.Many2one("rc.commission.award", "Commission", readonly=True)
    partner_id = fields.Many2one("res.partner", "Payee", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    plan_id = fields.Many2one("rc.commission.plan", readonly=True)
    version_id = fields.Many2one("rc.commission.plan.version", "Plan Version", readonly=True)
    rule = fields.Char(readonly=True)
    distance = fields.Integer("Level", readonly=True, aggregator=None)
    kind = fields.Selection(
        [("accrual", "Accrued"), ("reversal", "Reversed"), ("debt", "Reversed After Settlement")],
        readonly=True,
    )
    source = fields.Selection(
        [
            ("plan", "Plan"),
            ("opening", "Opening at Go-Live"),
            ("points", "Points Converted"),
            ("other", "Other"),
        ],
        readonly=True,
        help="What it was accrued by; an opening was earned before this database was in use.",
    )
    state = fields.Selection(
        [
            ("held", "Held"),
            ("payable", "Payable"),
            ("settled", "Billed"),
            ("paid", "Paid"),
            ("reserve", "In Reserve"),
            ("debt", "Debt"),
        ],
        readonly=True,
        help="Where the entry stands today; the sum over all states is what has accrued.",
    )
    amount = fields.Monetary(readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT entry.id, COALESCE(award.received_on, entry.occurred_at::date) AS date,
                   entry.payable_on, account.partner_id, account.company_id, account.currency_id,
                   version.plan_id, award.version_id, award.rule, award.distance, entry.kind,
                   award.id AS award_id,
                   CASE WHEN award.id IS NOT NULL THEN 'plan'
                        WHEN entry.origin_model = 'rc.golive.run' THEN 'opening'
                        WHEN entry.origin_model = 'rc.point.conversion' THEN 'points'
                        ELSE 'other' END AS source,
                   CASE WHEN entry.kind = 'debt' THEN 'debt'
                        WHEN settlement.state = 'billed' THEN 'settled'
                        WHEN settlement.state IN ('paid', 'netted') THEN 'paid'
                        WHEN 'reserve' IN (entry.credit_bucket, entry.debit_bucket) THEN 'reserve'
                        WHEN 'review' IN (entry.credit_bucket, entry.debit_bucket) THEN 'held'
                        WHEN entry.payable_on > %s THEN 'held' ELSE 'payable' END AS state,
                   CASE entry.kind WHEN 'accrual' THEN entry.amount ELSE -entry.amount END AS amount
              FROM rc_commission_entry entry
              LEFT JOIN rc_commission_award award ON award.id = entry.award_id
              JOIN rc_commission_account account ON account.id = COALESCE(
                   award.account_id, entry.credit_account_id, entry.debit_account_id)
              LEFT JOIN rc_commission_plan_version version ON version.id = award.version_id
              LEFT JOIN LATERAL (
                   SELECT settlement.state FROM rc_settlement_item item
                     JOIN rc_settlement settlement ON settlement.id = item.settlement_id
                    WHERE item.entry_id = entry.id AND settlement.state <> 'cancelled'
                    ORDER BY settlement.id DESC LIMIT 1
              ) settlement ON TRUE
             WHERE entry.kind IN ('accrual', 'reversal', 'debt')
            """,
            company_today(self.env.company),
        )
