from odoo import api, fields, models
from odoo.tools import SQL


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
