from odoo import api, fields, models

KINDS = [
    ("contribution", "Contribution"),
    ("reversal", "Contribution Taken Back"),
    ("share", "Shared Out"),
    ("sold", "Green Points Sold Back"),
]


class RcCommissionPoolEntry(models.Model):
    """One movement of a pool; the rows only grow."""

    _name = "rc.commission.pool.entry"
    _description = "Pool Entry"
    _inherit = ["rc.ledger.entry.mixin"]

    _ledger_account = "rc.commission.pool"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    debit_account_id = fields.Many2one(
        "rc.commission.pool",
        "From Pool",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    credit_account_id = fields.Many2one(
        "rc.commission.pool", "To Pool", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    pool_id = fields.Many2one("rc.commission.pool", compute="_compute_pool_id")
    currency_id = fields.Many2one("res.currency", compute="_compute_pool_id")
    amount = fields.Monetary(required=True, readonly=True)
    award_id = fields.Many2one(
        "rc.commission.award", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    period_id = fields.Many2one(
        "rc.commission.period", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    reverses_id = fields.Many2one("rc.commission.pool.entry", readonly=True, ondelete="restrict")

    @api.depends("credit_account_id", "debit_account_id")
    def _compute_pool_id(self):
        for entry in self:
            entry.pool_id = entry.credit_account_id or entry.debit_account_id
            entry.currency_id = entry.pool_id.currency_id
