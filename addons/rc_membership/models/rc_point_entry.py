from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("earn", "Earned"),
    ("buy", "Bought"),
    ("spend", "Spent"),
    ("take_back", "Taken Back"),
    ("release", "Released"),
    ("shop", "Shop"),
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
    partner_id = fields.Many2one("res.partner", "Member", compute="_compute_partner_id")
    signed_amount = fields.Float("Change", digits=(16, 0), compute="_compute_signed_amount")

    # what was given for one thing is found by how its keys begin, in any collation
    _key_prefix_idx = models.Index("(key text_pattern_ops)")

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

    def _get_label(self):
        """Return why the points moved, in the reader's language where a rule gave them."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.rule_id.name or self.reason or kinds[self.kind]

    def _after_post(self, postings, account_ids):
        """Keep the card in step, by SQL in the same transaction."""
        super()._after_post(postings, account_ids)
        if not account_ids:
            return
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
