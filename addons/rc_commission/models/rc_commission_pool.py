from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.ledger import Posting, Slot


class RcCommissionPool(models.Model):
    """Money that a plan sets aside to be shared. ``short`` is what reversals took beyond the
    balance: contributions refill it first."""

    _name = "rc.commission.pool"
    _description = "Commission Pool"
    _inherit = ["rc.ledger.account.mixin"]
    _rec_name = "name"
    _order = "plan_code, name, id"

    _ledger_buckets = ("balance", "short")

    name = fields.Char(required=True, readonly=True)
    plan_code = fields.Char("Plan", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    balance = fields.Monetary(readonly=True)
    short = fields.Monetary(
        readonly=True, help="Taken back beyond the balance; refilled by the next contributions."
    )
    entry_ids = fields.One2many(
        "rc.commission.pool.entry", compute="_compute_entry_ids", string="Entries"
    )

    _pool_uniq = models.UniqueIndex(
        "(company_id, plan_code, name, currency_id)", "The plan has this pool already."
    )
    _not_negative = models.Constraint(
        "CHECK (balance >= 0 AND short >= 0)", "A pool's balance cannot go below zero."
    )

    def _compute_entry_ids(self):
        entries = self.env["rc.commission.pool.entry"]
        for pool in self:
            pool.entry_ids = entries.search(
                ["|", ("debit_account_id", "=", pool.id), ("credit_account_id", "=", pool.id)]
            )

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_or_create_many(self, keys):
        """Return (company id, "<plan>:<pool>", currency id) → pool id; missing ones are made."""
        keys = sorted(set(keys))
        if not keys:
            return {}
        self.env.flush_all()
        rows = [(company, *pool.split(":", 1), currency) for company, pool, currency in keys]
        now = self.env.cr.now()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_commission_pool (company_id, plan_code, name, currency_id, active,
                       balance, short, create_uid, create_date)
                VALUES %s ON CONFLICT (company_id, plan_code, name, currency_id) DO NOTHING
                RETURNING id
                """,
                SQL(", ").join(
                    SQL("(%s, %s, %s, %s, TRUE, 0, 0, %s, %s)", *row, self.env.uid, now)
                    for row in rows
                ),
            )
        )
        found = self.env.execute_query(
            SQL(
                """
                SELECT company_id, plan_code, name, currency_id, id FROM rc_commission_pool
                 WHERE (company_id, plan_code, name, currency_id) IN %s
                """,
                tuple(rows),
            )
        )
        return {
            (company, f"{plan}:{name}", currency): pool_id
            for company, plan, name, currency, pool_id in found
        }

    def _split_change(self, balances, key, kind, amount, occurred_at, reason, house, origin, extra):
        """Return the postings of a change of what is in the pool.

        :param balances: bucket → Decimal as it stands; brought up to date for the next change
        :param amount: positive fills (the missing first), negative takes (what is not there
            becomes missing)
        :param house: name of the other side
        """
        first, second = ("short", "balance") if amount > 0 else ("balance", "short")
        left = abs(amount)
        parts = [(first, min(balances[first], left))]
        parts.append((second, left - parts[0][1]))
        postings = []
        for bucket, part in parts:
            if not part:
                continue
            fills = bucket == second  # the second bucket grows, the first one shrinks
            own, other = Slot(bucket, self.id), Slot(house)
            postings.append(
                Posting(
                    key=f"{key}|{bucket}",
                    kind=kind,
                    debit=other if fills else own,
                    credit=own if fills else other,
                    amount=part,
                    occurred_at=occurred_at,
                    reason=reason,
                    origin=origin,
                    extra=extra,
                )
            )
            balances[bucket] += part if fills else -part
        return postings

    @api.private
    def _get_total(self):
        """Return what is in the pool, exact (below zero: missing)."""
        self.ensure_one()
        balances = self._get_balances()[self.id]
        return balances["balance"] - balances["short"]

    def action_view_entries(self):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pool Entries"),
            "res_model": "rc.commission.pool.entry",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                "|",
                ("debit_account_id", "in", self.ids),
                ("credit_account_id", "in", self.ids),
            ],
        }

    @api.model
    @api.private
    def _read_totals(self, company):
        """Return "<plan>:<pool>" → what is in it (below zero: missing), in one query."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT plan_code || ':' || name, SUM(balance - short)::text"
                " FROM rc_commission_pool WHERE company_id = %s GROUP BY 1",
                company.id,
            )
        )
        return {name: Decimal(total) for name, total in rows}
