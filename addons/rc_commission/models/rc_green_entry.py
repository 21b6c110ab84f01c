from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("earn", "Earned by a Purchase"),
    ("take_back", "Taken Back by a Refund"),
    ("sell", "Sold Back"),
    ("merge", "Contacts Merged"),
]


class RcGreenEntry(models.Model):
    """One movement of green points; the rows only grow."""

    _name = "rc.green.entry"
    _description = "Green Points Entry"
    _inherit = ["rc.ledger.entry.mixin"]

    _ledger_account = "rc.green.account"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    debit_account_id = fields.Many2one(
        "rc.green.account",
        "From Holder",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    credit_account_id = fields.Many2one(
        "rc.green.account", "To Holder", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", "Holder", compute="_compute_partner_id")
    amount = fields.Float("Points", digits=(16, 0), required=True, readonly=True)
    paid = fields.Float(
        digits=0,
        readonly=True,
        help="Change of what the holder paid for the points, in the plan's currency.",
    )
    award_id = fields.Many2one(
        "rc.commission.award",
        "Contribution",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    reverses_id = fields.Many2one("rc.green.entry", readonly=True, ondelete="restrict")

    @api.depends("credit_account_id", "debit_account_id")
    def _compute_partner_id(self):
        for entry in self:
            entry.partner_id = (entry.credit_account_id or entry.debit_account_id).partner_id

    @api.model
    @api.private
    def _read_paid(self, account_ids):
        """Return account id → exact sum of what was paid for its points."""
        if not account_ids:
            return {}
        self.env.flush_all()
        totals = defaultdict(Decimal)
        for credit_id, debit_id, kind, paid in self.env.execute_query(
            SQL(
                """
                SELECT credit_account_id, debit_account_id, kind, SUM(paid)::text FROM rc_green_entry
                 WHERE credit_account_id IN %(ids)s OR debit_account_id IN %(ids)s
                 GROUP BY 1, 2, 3
                """,
                ids=tuple(account_ids),
            )
        ):
            amount = Decimal(paid or 0)
            if kind == "merge":
                totals[debit_id] -= amount
                totals[credit_id] += amount
            else:
                totals[credit_id or debit_id] += amount
        return totals
