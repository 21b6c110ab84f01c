from odoo import api, fields, models
from odoo.tools import SQL

SEGMENTS = [
    ("champion", "Champions: recent, often, for much"),
    ("loyal", "Loyal: often"),
    ("fresh", "Fresh: recent, rarely so far"),
    ("regular", "Regular"),
    ("at_risk", "At risk: good buyers who stay away"),
    ("lost", "Lost: long ago"),
]
_CHUNK = 5000


class RcGrowthAccount(models.Model):
    """A member's growth value in one program: the sum of the entries, kept for searches."""

    _name = "rc.growth.account"
    _description = "Growth of a Member"
    _order = "value desc, id"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    value = fields.Integer("Growth Value", required=True, readonly=True)
    recency = fields.Integer("Recency Band", readonly=True, aggregator="avg")
    frequency = fields.Integer("Frequency Band", readonly=True, aggregator="avg")
    monetary = fields.Integer("Money Band", readonly=True, aggregator="avg")
    segment = fields.Selection(SEGMENTS, "RFM Segment", readonly=True, index=True)
    scored_on = fields.Date(readonly=True)
    is_falling = fields.Boolean(
        "Buys Much Less", readonly=True, help="Orders fell sharply at the last close."
    )

    _member_uniq = models.UniqueIndex(
        "(partner_id, program_id)", "This member has a growth value already."
    )
    _value_idx = models.Index("(program_id, value)")

    @api.model
    @api.private
    def _move(self, program, moved):
        """Add to the values of members, by one relative update that two at once cannot lose.

        :param moved: partner id → change
        """
        if not moved:
            return
        now = self.env.cr.now()
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s, %s)",
                partner_id,
                program.id,
                program.company_id.id,
                moved[partner_id],
                self.env.uid,
                now,
            )
            for partner_id in sorted(moved)
        )
        self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_growth_account
                       (partner_id, program_id, company_id, value, create_uid, create_date)
                VALUES %s ON CONFLICT (partner_id, program_id)
                    DO UPDATE SET value = rc_growth_account.value + EXCLUDED.value
                RETURNING id
                """,
                rows,
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    @api.private
    def _note_scores(self, program, on, scores, falling):
        """Keep the bands and segment of the last close; return ids of who began to buy less.

        :param scores: partner id → kernel ``Score``
        :param falling: ids of who buys much less than before
        """
        known = self.search([("program_id", "=", program.id), ("is_falling", "=", True)])
        fell_before = set(known.partner_id.ids)
        now = self.env.cr.now()
        rows = [
            SQL(
                "(%s, %s, %s, 0, %s, %s, %s, %s, %s, %s, %s, %s)",
                partner_id,
                program.id,
                program.company_id.id,
                found.recency,
                found.frequency,
                found.monetary,
                found.segment,
                on,
                partner_id in falling,
                self.env.uid,
                now,
            )
            for partner_id, found in sorted(scores.items())
        ]
        for start in range(0, len(rows), _CHUNK):
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO rc_growth_account
                           (partner_id, program_id, company_id, value, recency, frequency,
                            monetary, segment, scored_on, is_falling, create_uid, create_date)
                    VALUES %s ON CONFLICT (partner_id, program_id) DO UPDATE SET
                           recency = EXCLUDED.recency, frequency = EXCLUDED.frequency,
                           monetary = EXCLUDED.monetary, segment = EXCLUDED.segment,
                           scored_on = EXCLUDED.scored_on, is_falling = EXCLUDED.is_falling
                    RETURNING id
                    """,
                    SQL(", ").join(rows[start : start + _CHUNK]),
                )
            )
        self.invalidate_model(flush=False)
        return sorted(falling - fell_before)

    @api.model
    @api.private
    def _get_imbalances(self):
        """Return (partner id, program id) whose value is not the sum of the entries."""
        self.env["rc.growth.entry"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT partner_id, program_id FROM (
                    SELECT partner_id, program_id, value FROM rc_growth_account
                     UNION ALL
                    SELECT partner_id, program_id, -value FROM rc_growth_entry
                ) step GROUP BY partner_id, program_id HAVING SUM(value) <> 0
                """
            )
        )

    @api.model
    @api.private
    def _merge_members(self, sources, target):
        """Add the values of merged contacts up; their entries move with the contact."""
        theirs = self.search([("partner_id", "in", sources.ids)])
        for program in theirs.program_id:
            values = theirs.filtered(lambda a, p=program: a.program_id == p).mapped("value")
            self._move(program, {target.id: sum(values)})
        theirs.unlink()
