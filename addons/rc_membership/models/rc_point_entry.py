from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.ledger import LedgerError

KINDS = [
    ("earn", "Earned"),
    ("bonus", "Bonus"),
    ("buy", "Bought"),
    ("spend", "Spent"),
    ("give_back", "Given Back"),
    ("take_back", "Taken Back"),
    ("release", "Released"),
    ("expire", "Expired"),
    ("clear", "Debt Cleared"),
    ("lock", "Locked"),
    ("unlock", "Unlocked"),
    ("growth", "Growth of a Lock"),
    ("hold", "Held for a Payment"),
    ("free", "No Longer Held"),
    ("gift", "Gift"),
    ("convert", "Converted to Cash"),
    ("shop", "Shop"),
    ("adjust", "Adjusted"),
    ("merge", "Contacts Merged"),
    ("opening", "Opening Balance"),
]


class RcPointEntry(models.Model):
    """One movement of points; the rows only grow."""

    _name = "rc.point.entry"
    _description = "Points Entry"
    _inherit = ["rc.ledger.entry.mixin"]

    _ledger_account = "rc.point.account"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    debit_account_id = fields.Many2one(
        "rc.point.account",
        "From Account",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    credit_account_id = fields.Many2one(
        "rc.point.account", "To Account", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    amount = fields.Float("Points", digits=(16, 0), required=True, readonly=True)
    reverses_id = fields.Many2one("rc.point.entry", readonly=True, ondelete="restrict")
    rule_id = fields.Many2one("rc.point.rule", readonly=True, ondelete="restrict")
    nature = fields.Selection(
        [("earned", "Earned"), ("bonus", "Bonus"), ("bought", "Bought")], readonly=True
    )
    expires_on = fields.Date(readonly=True)
    available_on = fields.Date(
        "Released On", readonly=True, help="The day from which pending points can be spent."
    )
    paid_amount = fields.Float("Paid", digits=(16, 4), readonly=True)
    pending_entry_id = fields.Many2one(
        "rc.point.entry",
        "Takes From Pending",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The pending points that this entry released or took back.",
    )
    draw_ids = fields.One2many("rc.point.draw", "entry_id", "Lots Drawn", readonly=True)
    lot_ids = fields.One2many("rc.point.lot", "entry_id", "Lots Made", readonly=True)
    partner_id = fields.Many2one("res.partner", "Member", compute="_compute_partner_id")
    signed_amount = fields.Float("Change", digits=(16, 0), compute="_compute_signed_amount")

    # what was given for one thing is found by how its keys begin, in any collation
    _key_prefix_idx = models.Index("(key text_pattern_ops)")
    _pending_idx = models.Index("(available_on) WHERE available_on IS NOT NULL")

    @api.depends("credit_account_id", "debit_account_id")
    def _compute_partner_id(self):
        for entry in self:
            entry.partner_id = (entry.credit_account_id or entry.debit_account_id).partner_id

    @api.depends("amount", "credit_account_id", "credit_bucket", "debit_bucket")
    def _compute_signed_amount(self):
        """What the spendable balance gained (or lost) by the entry."""
        for entry in self:
            gains = bool(entry.credit_account_id) and entry.credit_bucket == "available"
            loses = bool(entry.debit_account_id) and entry.debit_bucket == "available"
            entry.signed_amount = entry.amount * (int(gains) - int(loses))

    def _get_change_of(self, account):
        """Return what one account's spendable balance gained (or lost): a gift has two sides."""
        self.ensure_one()
        gains = self.credit_account_id == account and self.credit_bucket == "available"
        loses = self.debit_account_id == account and self.debit_bucket == "available"
        return int(self.amount) * (int(gains) - int(loses))

    def _get_label(self):
        """Return why the points moved, in the reader's language where a rule gave them."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.rule_id.name or self.reason or kinds[self.kind]

    def _after_post(self, postings, account_ids):
        """Let lots follow, and keep the card in step, by SQL in the same transaction."""
        super()._after_post(postings, account_ids)
        self.env["rc.point.lot"]._follow(postings)
        if account_ids:
            self._show_on_cards(account_ids)

    def _check_protected(self):
        super()._check_protected()
        for model in ("rc.point.lot", "rc.point.draw"):
            missing = getattr(self.env.registry[model], "_ledger_missing", None)
            if missing:
                raise LedgerError("ledger_unprotected", model=model, missing=", ".join(missing))

    @api.model
    @api.private
    def _get_imbalances(self):
        return super()._get_imbalances() + self.env["rc.point.lot"]._get_imbalances()

    @api.model
    @api.private
    def _show_on_cards(self, account_ids):
        """Write the balances of accounts on their cards."""
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE loyalty_card card SET points = account.available
                  FROM rc_point_account account
                 WHERE account.card_id = card.id AND account.id IN %s
                   AND card.points IS DISTINCT FROM account.available
                RETURNING card.id
                """,
                tuple(account_ids),
            )
        )
        self.env["loyalty.card"].browse(row[0] for row in rows).invalidate_recordset(
            ["points", "points_display"], flush=False
        )
