from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("rule", "Growth Rule"),
    ("rfm", "Score of a Period"),
    ("grant", "Decided"),
    ("opening", "Opening Value"),
]


class RcGrowthEntry(models.Model):
    """A step of somebody's growth value, up or down, with its reason; rows only grow."""

    _name = "rc.growth.entry"
    _description = "Growth Entry"
    _inherit = ["rc.history.mixin"]
    _order = "date desc, id desc"
    _rec_name = "reason"

    _history_mutable = ("partner_id",)

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one(
        "rc.program", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    value = fields.Integer("Growth", required=True, readonly=True, aggregator="sum")
    rule_id = fields.Many2one("rc.growth.rule", readonly=True, ondelete="restrict", index=True)
    values = fields.Json(readonly=True, help="The figures behind it.")
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Decided By", readonly=True, ondelete="restrict")
    origin_model = fields.Char("Source Model", readonly=True)
    origin_id = fields.Many2oneReference("Source", model_field="origin_model", readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This growth was counted before.")
    _value_not_zero = models.Constraint("CHECK (value <> 0)", "A step of growth is not zero.")
    _member_idx = models.Index("(partner_id, program_id, date)")
    _origin_idx = models.Index("(origin_model, origin_id)")

    # ------------------------------------------------------------------
    # The door
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _post(self, program, rows):
        """Write steps whose key is new and move the values by them; return the members moved.

        :param rows: dicts of ``key, partner_id, date, kind, value`` and, where there are any,
            ``rule_id, values, reason, user_id, origin`` (record)
        """
        rows = [self._prepare_row(program, row) for row in rows if row["value"]]
        fresh = self._insert(rows)
        moved = {}
        for row in rows:
            if row["key"] in fresh:
                moved[row["partner_id"]] = moved.get(row["partner_id"], 0) + row["value"]
        self.env["rc.growth.account"]._move(program, moved)
        return self.env["res.partner"].browse(sorted(moved))

    def _prepare_row(self, program, row):
        origin = row.get("origin")
        return {
            "key": row["key"],
            "company_id": program.company_id.id,
            "program_id": program.id,
            "partner_id": row["partner_id"],
            "date": row["date"],
            "kind": row["kind"],
            "value": row["value"],
            "rule_id": row.get("rule_id"),
            "values": row.get("values"),
            "reason": row.get("reason"),
            "user_id": row.get("user_id"),
            "origin_model": origin._name if origin else None,
            "origin_id": origin.id if origin else None,
        }

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _read_sums(self, program, partner_ids=None, since=None, until=None):
        """Return partner id → growth within ``[since, until)``, in one query.

        :param partner_ids: None: of everybody who has some
        """
        conditions = [SQL("program_id = %s", program.id)]
        if partner_ids is not None:
            conditions.append(SQL("partner_id = ANY(%s)", list(partner_ids)))
        if since:
            conditions.append(SQL("date >= %s", since))
        if until:
            conditions.append(SQL("date < %s", until))
        self.flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT partner_id, SUM(value) FROM rc_growth_entry WHERE %s"
                    " GROUP BY partner_id",
                    SQL(" AND ").join(conditions),
                )
            )
        )

    def _get_label(self):
        """Return why somebody grew, in the reader's language where a rule gave it."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.rule_id.name or self.reason or kinds[self.kind]
