from odoo import fields, models
from odoo.tools import SQL


class RcCommissionReport(models.Model):
    """Commissions earned and taken back, one row per entry: for pivot and graph."""

    _name = "rc.commission.report"
    _description = "Commission Analysis"
    _auto = False
    _order = "date desc, id desc"
    _allow_sudo_commands = False

    date = fields.Date(readonly=True)
    payable_on = fields.Date("Payable From", readonly=True)
    partner_id = fields.Many2one("res.partner", "Payee", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    plan_id = fields.Many2one("rc.commission.plan", readonly=True)
    rule = fields.Char(readonly=True)
    kind = fields.Selection(
        [("accrual", "Accrued"), ("reversal", "Reversed"), ("debt", "Reversed After Settlement")],
        readonly=True,
    )
    amount = fields.Monetary(readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT entry.id, award.received_on AS date, entry.payable_on, account.partner_id,
                   award.company_id, award.currency_id, version.plan_id, award.rule, entry.kind,
                   CASE entry.kind WHEN 'accrual' THEN entry.amount ELSE -entry.amount END AS amount
              FROM rc_commission_entry entry
              JOIN rc_commission_award award ON award.id = entry.award_id
              JOIN rc_commission_account account ON account.id = award.account_id
              JOIN rc_commission_plan_version version ON version.id = award.version_id
             WHERE entry.kind IN ('accrual', 'reversal', 'debt')
            """
        )
