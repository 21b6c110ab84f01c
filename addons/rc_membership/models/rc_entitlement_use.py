from odoo import api, fields, models
from odoo.tools import SQL

from ..db import make_append_only
from ..kernel.ledger import LedgerError
from ..kernel.quota import STOCK, TIER

AMOUNT = (16, 4)


class RcEntitlementUse(models.Model):
    """One use of a right, or a part of it that one source served; for good.

    A use that is given back is reversed by a row of its own with a negative amount.
    """

    _name = "rc.entitlement.use"
    _description = "Use of an Entitlement"
    _order = "occurred_at desc, id desc"
    _rec_name = "entitlement_id"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    part = fields.Integer(required=True, readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict"
    )
    entitlement_id = fields.Many2one(
        "rc.entitlement", required=True, readonly=True, ondelete="restrict", index=True
    )
    is_benefit = fields.Boolean(related="entitlement_id.is_benefit")
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    tier_id = fields.Many2one(
        "rc.tier", readonly=True, ondelete="restrict", help="The member's tier that day."
    )
    grant_id = fields.Many2one(
        "rc.entitlement.grant",
        "From",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: from the tier.",
    )
    counter_id = fields.Many2one(
        "rc.entitlement.counter", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    amount = fields.Float(digits=AMOUNT, required=True, readonly=True, help="Negative: given back.")
    used_on = fields.Date("Day", required=True, readonly=True, help="Where the member is.")
    occurred_at = fields.Datetime("At", required=True, readonly=True)
    place = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", "Recorded By", required=True, readonly=True, ondelete="restrict"
    )
    reverses_id = fields.Many2one(
        "rc.entitlement.use", "Gives Back", readonly=True, ondelete="restrict"
    )
    reversed_by_ids = fields.One2many("rc.entitlement.use", "reverses_id", "Given Back By")
    dispute_ids = fields.One2many("rc.entitlement.dispute", "use_id", "Disputes")
    is_given_back = fields.Boolean(compute="_compute_is_given_back")

    _key_uniq = models.Constraint("UNIQUE (company_id, key, part)", "This use was counted before.")
    _reverses_uniq = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL", "This use was given back before."
    )
    _member_idx = models.Index("(partner_id, entitlement_id, used_on)")
    _day_idx = models.Index("(company_id, used_on)")
    _amount_not_zero = models.Constraint(
        "CHECK (amount <> 0 AND (amount > 0) = (reverses_id IS NULL))",
        "A use has an amount; only a use given back is negative.",
    )

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table, mutable=("partner_id", "counter_id"))

    @api.depends("reversed_by_ids")
    def _compute_is_given_back(self):
        for use in self:
            use.is_given_back = bool(use.reversed_by_ids)

    def action_dispute(self):
        """Open a dispute of a use, with what the member says."""
        self.ensure_one()
        self.check_access("read")
        dispute = self.env["rc.entitlement.dispute"].search(
            [("use_id", "=", self.id), ("state", "=", "open")], limit=1
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispute"),
            "res_model": "rc.entitlement.dispute",
            "res_id": dispute.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_use_id": self.id},
        }

    # ------------------------------------------------------------------
    # The door
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _write_parts(self, catalogue, partner_id, right, member, parts, values):
        """WRITE a use that was decided: its rows, and what its sources have left, in one statement.

        Only a window that is used for the first time needs another one, for its counter. Somebody
        who was faster makes PostgreSQL ask for a retry, which every caller of a ledger does.

        :param parts: sequence of :class:`~..kernel.quota.Part`
        :param values: ``key``, ``content_hash``, ``occurred_at``, ``note``, ``place``
        """
        counters = {
            # a tier's line and a grant may have the same number
            (part.source.kind, part.source.ref): part.source.counter
            or self.env["rc.entitlement.counter"]._open(catalogue, partner_id, right, part.source)
            for part in parts
            if part.source.kind != STOCK
        }
        row = {
            **values,
            "partner_id": partner_id,
            "entitlement_id": right,
            "program_id": catalogue.program,
            "company_id": catalogue.company,
            "tier_id": member.tier,
            "used_on": member.on,
            "user_id": self.env.uid,
            "create_uid": self.env.uid,
            "create_date": self.env.cr.now(),
        }
        rows = [
            {
                **row,
                "part": number,
                "amount": part.amount,
                "grant_id": None if part.source.kind == TIER else part.source.ref,
                "counter_id": None
                if part.source.kind == STOCK
                else counters[part.source.kind, part.source.ref],
            }
            for number, part in enumerate(parts)
        ]
        limits = [
            (counters[part.source.kind, part.source.ref], part.amount, part.source.amount)
            for part in parts
            if part.source.kind != STOCK
        ]
        stocks = [(p.source.ref, p.amount) for p in parts if p.source.kind == STOCK]
        done = self.env.execute_query(
            SQL(
                "WITH noted AS (%s)%s SELECT (SELECT count(*) FROM noted)%s",
                self._insert_sql(rows),
                SQL("").join([*_take_sql(limits), *_draw_sql(stocks)]),
                SQL("").join(
                    SQL(" + (SELECT count(*) FROM %s)", SQL.identifier(name))
                    for name, some in (("taken", limits), ("drawn", stocks))
                    if some
                ),
            )
        )
        if done[0][0] != len(rows) + len(limits) + len(stocks):
            raise LedgerError("balance_changed", key=values["key"])
        self._forget()

    def _insert_sql(self, rows):
        return SQL(
            "INSERT INTO rc_entitlement_use (%s) VALUES %s"
            " ON CONFLICT (company_id, key, part) DO NOTHING RETURNING id",
            SQL(", ").join(map(SQL.identifier, rows[0])),
            SQL(", ").join(
                SQL("(%s)", SQL(", ").join(SQL("%s", value) for value in row.values()))
                for row in rows
            ),
        )

    def _forget(self):
        """What was written by SQL is read anew."""
        self.env["rc.entitlement.grant"].invalidate_model(
            ["used", "taken_back", "used_beyond", "left", "state", "used_value", "use_ids"]
        )
        self.env["rc.entitlement.counter"].invalidate_model(["used", "carried", "next_id"])

    def _give_back(self, reason, at):
        """Reverse uses, each once: a negative row, and the amount is there again.

        :return: the reversing rows, of uses that were given back before too
        """
        self.flush_model()
        new = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_entitlement_use (key, part, content_hash, partner_id,
                       entitlement_id, program_id, company_id, tier_id, grant_id, counter_id,
                       amount, used_on, occurred_at, note, user_id, reverses_id,
                       create_uid, create_date)
                SELECT 'back:' || used.id, 0, used.content_hash, used.partner_id,
                       used.entitlement_id, used.program_id, used.company_id, used.tier_id,
                       used.grant_id, used.counter_id, -used.amount, used.used_on, %(at)s,
                       %(reason)s, %(uid)s, used.id, %(uid)s, %(now)s
                  FROM rc_entitlement_use used
                 WHERE used.id IN %(ids)s AND used.reverses_id IS NULL
                    ON CONFLICT (company_id, key, part) DO NOTHING
             RETURNING grant_id, counter_id, (-amount)::text
                """,
                at=at,
                reason=reason,
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=tuple(self.ids) or (0,),
            )
        )
        for grant_id, counter_id, amount in new:
            if counter_id:
                self.env["rc.entitlement.counter"].browse(counter_id)._put_back(amount)
            else:
                self.env["rc.entitlement.grant"].browse(grant_id)._put_back(amount)
        self._forget()
        self.invalidate_recordset(["reversed_by_ids", "is_given_back"])
        return self.search([("reverses_id", "in", self.ids)])


def _take_sql(limits):
    """Add to counters, refused above their limit (None: unlimited); one closed takes no more."""
    if not limits:
        return
    yield SQL(
        """, taken AS (
            UPDATE rc_entitlement_counter counter SET used = counter.used + part.amount
              FROM (VALUES %s) part (id, amount, most)
             WHERE counter.id = part.id AND counter.next_id IS NULL
               AND (part.most IS NULL OR counter.used + part.amount <= part.most)
         RETURNING counter.id)""",
        SQL(", ").join(
            SQL("(%s, %s::numeric, %s::numeric)", counter, amount, most)
            for counter, amount, most in sorted(limits)
        ),
    )


def _draw_sql(stocks):
    """Take from stocks, refused above what is left of them."""
    if not stocks:
        return
    yield SQL(
        """, drawn AS (
            UPDATE rc_entitlement_grant gift SET used = gift.used + part.amount
              FROM (VALUES %s) part (id, amount)
             WHERE gift.id = part.id
               AND gift.used + gift.taken_back + part.amount <= gift.amount
         RETURNING gift.id)""",
        SQL(", ").join(SQL("(%s, %s::numeric)", ref, amount) for ref, amount in sorted(stocks)),
    )
