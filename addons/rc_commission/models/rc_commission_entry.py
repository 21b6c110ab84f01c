from odoo import api, fields, models

from odoo.addons.rc_membership.db import append_only_objects, missing_protection

from ..db import FROZEN_TRIGGER

# what an entry rests on: without their protection the ledger's door stays shut
_FOUNDATION = {
    "rc.commission.credit": append_only_objects(),
    "rc.commission.award": append_only_objects(),
    "rc.commission.fact": append_only_objects(),
    "rc.commission.rank": append_only_objects(),
    "rc.commission.review": append_only_objects(),
    "rc.commission.unlock": append_only_objects(),
    "rc.placement.edge": append_only_objects(),
    "rc.settlement.item": append_only_objects(),
    "rc.commission.plan.version": (FROZEN_TRIGGER,),
}

KINDS = [
    ("accrual", "Accrued"),
    ("reversal", "Reversed"),
    ("debt", "Reversed After Settlement"),
    ("settle", "Billed"),
    ("net", "Taken Off by Debt"),
    ("pay", "Paid"),
    ("unpay", "Payment Taken Back"),
    ("reopen", "Payable Again"),
    ("unsettle", "Bill Cancelled"),
    ("merge", "Contacts Merged"),
    ("approve", "Approved After Review"),
    ("unlock", "Reserve Unlocked"),
]


class RcCommissionEntry(models.Model):
    """One movement of a payee's commission; the rows only grow."""

    _name = "rc.commission.entry"
    _description = "Commission Entry"
    _inherit = ["rc.ledger.entry.mixin"]

    _ledger_account = "rc.commission.account"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    debit_account_id = fields.Many2one(
        "rc.commission.account",
        "From Account",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    credit_account_id = fields.Many2one(
        "rc.commission.account",
        "To Account",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    account_id = fields.Many2one("rc.commission.account", "Payee", compute="_compute_account_id")
    currency_id = fields.Many2one("res.currency", compute="_compute_account_id")
    amount = fields.Monetary(required=True, readonly=True)
    signed_amount = fields.Monetary("Earned", compute="_compute_signed_amount")
    award_id = fields.Many2one(
        "rc.commission.award", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    settlement_id = fields.Many2one(
        "rc.settlement", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    payable_on = fields.Date("Payable From", readonly=True, index="btree_not_null")
    reverses_id = fields.Many2one("rc.commission.entry", readonly=True, ondelete="restrict")

    @api.depends("credit_account_id", "debit_account_id")
    def _compute_account_id(self):
        for entry in self:
            entry.account_id = entry.credit_account_id or entry.debit_account_id
            entry.currency_id = entry.account_id.currency_id

    @api.depends("amount", "kind")
    def _compute_signed_amount(self):
        """What the payee earned (or lost) by the entry: only accruals and reversals do."""
        signs = {"accrual": 1, "reversal": -1, "debt": -1}
        for entry in self:
            entry.signed_amount = entry.amount * signs.get(entry.kind, 0)

    def _register_hook(self):
        super()._register_hook()
        missing = list(self._ledger_missing)
        for name, triggers in _FOUNDATION.items():
            model = self.env[name]
            missing += missing_protection(
                self.env.cr, model._table, [*model._table_objects, *triggers]
            )
        self.env.registry[self._name]._ledger_missing = missing

    def _after_post(self, postings, account_ids):
        """Drop what was computed from the ledger before this post."""
        super()._after_post(postings, account_ids)
        self.env["rc.commission.account"].browse(account_ids).invalidate_recordset(
            ["held", "payable", "accrued"], flush=False
        )
        self.env["rc.commission.award"].invalidate_model(
            ["entry_ids", "state", "accrued", "held", "payable", "settled", "paid", "reserve"]
            + ["payable_on", "explanation_text"],
            flush=False,
        )
