from odoo import api, fields, models
from odoo.tools import SQL

CAUSES = [
    ("met", "Requirements Met"),
    ("close", "Period Closed"),
    ("grant", "Granted"),
    ("purchase", "Bought"),
    ("grace", "Kept in Grace"),
    ("undone", "Taken Back"),
    ("merge", "Contacts Merged"),
]
GIVEN = ("grant", "purchase")
TOLD = (*GIVEN, "undone")


class RcMemberRank(models.Model):
    """Who stood on which rank since when, and the figures that caused it; the newest row counts."""

    _name = "rc.member.rank"
    _description = "Rank of a Member"
    _inherit = ["rc.history.mixin"]
    _order = "since desc, id desc"
    _rec_name = "rank_id"

    _history_mutable = ("partner_id",)

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    ladder_id = fields.Many2one(
        "rc.ladder", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    rank_id = fields.Many2one(
        "rc.ladder.rank",
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Empty: no rank any more.",
    )
    before_id = fields.Many2one("rc.ladder.rank", readonly=True, ondelete="restrict")
    floor_id = fields.Many2one(
        "rc.ladder.rank",
        "Bought or Granted",
        readonly=True,
        ondelete="restrict",
        help="The member never falls below it.",
    )
    given_id = fields.Many2one(
        "rc.ladder.rank",
        readonly=True,
        ondelete="restrict",
        help="What was bought or granted this time.",
    )
    since = fields.Date(required=True, readonly=True)
    cause = fields.Selection(CAUSES, required=True, readonly=True)
    miss_count = fields.Integer(
        "Periods Below", readonly=True, help="Closed periods below the requirements of the rank."
    )
    values = fields.Json(readonly=True, help="The figures that caused it.")
    values_text = fields.Char("Figures", compute="_compute_values_text")
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Decided By", readonly=True, ondelete="restrict")
    is_mirror = fields.Boolean(
        "Told by a Plan", readonly=True, help="The ladder of a compensation plan gave it first."
    )
    origin_model = fields.Char("Source Model", readonly=True)
    origin_id = fields.Many2oneReference("Source", model_field="origin_model", readonly=True)
    is_current = fields.Boolean(compute="_compute_is_current", search="_search_is_current")

    _key_uniq = models.Constraint("UNIQUE (key)", "This rank was given before.")
    _standing_idx = models.Index("(ladder_id, partner_id, id DESC)")

    def _compute_is_current(self):
        newest = set(self._read_newest(self.partner_id.ids))
        for row in self:
            row.is_current = row._origin.id in newest

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in" or set(value) - {True}:
            return NotImplemented
        return [("id", "in", self._read_newest())]

    @api.depends_context("lang")
    @api.depends("values")
    def _compute_values_text(self):
        for row in self:
            row.values_text = ", ".join(
                self.env._("%(metric)s: %(figure)s", metric=label, figure=figure)
                for label, figure in row._get_values()
            )

    def _get_values(self):
        """Return (label of a figure, figure) of what caused the step, in the reader's language."""
        requirement = self.env["rc.ladder.requirement"]
        metrics = dict(requirement._fields["metric"]._description_selection(self.env))
        return [
            (metrics.get(name.split()[0], name), figure)
            for name, figure in (self.values or {}).items()
        ]

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _read_newest(self, partner_ids=None):
        """Return ids of the newest row per ladder and member, in one query."""
        if partner_ids is not None and not partner_ids:
            return []
        only = SQL("WHERE partner_id = ANY(%s)", list(partner_ids)) if partner_ids else SQL()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (ladder_id, partner_id) id FROM rc_member_rank %s"
                " ORDER BY ladder_id, partner_id, id DESC",
                only,
            )
        )
        return [row[0] for row in rows]

    @api.model
    @api.private
    def _get_holders_sql(self, rank_ids, column="partner_id"):
        """Return the query of ids of members who stand on one of the ranks by a row of theirs."""
        self.flush_model()
        return SQL(
            """(
                SELECT %(column)s FROM (
                    SELECT DISTINCT ON (history.ladder_id, history.partner_id)
                           history.partner_id, history.rank_id
                      FROM rc_member_rank history
                     WHERE history.ladder_id IN (
                           SELECT ladder_id FROM rc_ladder_rank WHERE id = ANY(%(ranks)s))
                     ORDER BY history.ladder_id, history.partner_id, history.id DESC
                ) newest WHERE rank_id = ANY(%(ranks)s)
            )""",
            column=SQL.identifier(column),
            ranks=list(rank_ids),
        )

    @api.model
    @api.private
    def _read_holder_counts(self, rank_ids):
        """Return rank id → members who stand on it by a row of theirs, in one query."""
        if not rank_ids:
            return {}
        holders = self._get_holders_sql(rank_ids, "rank_id")
        rows = self.env.execute_query(
            SQL("SELECT rank_id, COUNT(*) FROM %s holder GROUP BY rank_id", holders)
        )
        return dict(rows)

    def _get_other_floor(self, ladder):
        """Return the code of the highest rank given otherwise that still stands, None if none.

        A grant sets what stands: only what was given since the last one counts.
        """
        self.ensure_one()
        rows = self.search(
            [
                ("ladder_id", "=", self.ladder_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            order="id",
        )
        undone = {row.key.removesuffix("|undone") for row in rows if row.cause == "undone"}
        best = -1
        for row in rows:
            if row.cause not in GIVEN or row == self or row.key in undone:
                continue
            index = ladder.index(row.given_id.code)
            best = index if row.cause == "grant" else max(best, index)
        return ladder.code_at(best)

    # ------------------------------------------------------------------
    # What follows from a rank
    # ------------------------------------------------------------------

    def _follow(self):
        """Hook behind new rows: the inbox tells whoever must know what was given or taken back.

        What figures brought is read off the same figures by whoever counts them.
        """
        for row in self:
            if row.cause in TOLD and row.rank_id != row.before_id:
                self.env["rc.event"]._push(f"rc.member.rank:{row.id}", "member_rank", row)
