from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..adapters import company_today

CAUSES = [
    ("met", "Requirements Met"),
    ("close", "Period Closed"),
    ("grant", "Granted"),
    ("purchase", "Bought"),
    ("grace", "Kept in Grace"),
]
DECIDED = ("grant", "purchase")


class RcCommissionRank(models.Model):
    """Who stood on which rank of a ladder since when; the newest row is how it stands."""

    _name = "rc.commission.rank"
    _description = "Rank"
    _inherit = ["rc.commission.history.mixin"]
    _order = "since desc, id desc"
    _rec_name = "rank"

    _history_mutable = ("partner_id",)

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    ladder = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Participant", required=True, readonly=True, ondelete="restrict"
    )
    rank = fields.Char(readonly=True, help="Empty: no rank any more.")
    before = fields.Char("Rank Before", readonly=True)
    since = fields.Date(required=True, readonly=True)
    cause = fields.Selection(CAUSES, required=True, readonly=True)
    misses = fields.Integer(
        "Periods Below", readonly=True, help="Closed periods below the requirements of the rank."
    )
    version_id = fields.Many2one(
        "rc.commission.plan.version", "Plan Version", readonly=True, ondelete="restrict"
    )
    values = fields.Json(readonly=True, help="The figures that caused it.")
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Decided By", readonly=True, ondelete="restrict")
    is_current = fields.Boolean(compute="_compute_is_current", search="_search_is_current")

    _key_uniq = models.Constraint("UNIQUE (key)", "This rank was given before.")
    _standing_idx = models.Index("(company_id, ladder, partner_id, id DESC)")
    _partner_idx = models.Index("(partner_id)")

    def _compute_is_current(self):
        newest = set(self._read_newest(self.partner_id.ids))
        for rank in self:
            rank.is_current = rank._origin.id in newest

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in" or set(value) - {True}:
            return NotImplemented
        return [("id", "in", self._read_newest())]

    def _read_newest(self, partner_ids=None):
        """Return ids of the newest row per company, ladder and participant, in one query."""
        only = SQL("WHERE partner_id IN %s", tuple(partner_ids)) if partner_ids else SQL()
        if partner_ids is not None and not partner_ids:
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (company_id, ladder, partner_id) id FROM rc_commission_rank %s"
                " ORDER BY company_id, ladder, partner_id, id DESC",
                only,
            )
        )
        return [row[0] for row in rows]

    @api.model
    @api.private
    def _get_current(self, company, partners, ladder):
        """Return partner id → rank somebody stands on by a row of theirs (None: taken away)."""
        if not partners:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (partner_id) partner_id, rank FROM rc_commission_rank
                 WHERE company_id = %s AND ladder = %s AND partner_id IN %s
                 ORDER BY partner_id, id DESC
                """,
                company.id,
                ladder,
                tuple(partners.ids),
            )
        )
        return dict(rows)

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _grant(self, partner, ladder, rank, on=None, reason="", cause="grant", company=None):
        """Put somebody on a rank by decision (``rank`` None: take it away); return the new row.

        :param ladder: code of a ladder of a plan in force; unknown ranks are refused
        :param on: the day it holds from, default: today where the company is

        A granted rank stands until it is changed. Granting what is held already changes nothing.
        """
        company = company or self.env.company
        if not self.env.su and not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can grant a rank."))
        on = on or company_today(company)
        self._check_rank(company, ladder, rank, on)
        # the right was checked; ranks, and what follows from them, are the system's
        engine = self.env["rc.commission.engine"].sudo()
        engine._grant_rank(company, partner, ladder, rank or None, on, cause, reason)
        granted = self.sudo().browse(self.sudo()._get_newest_id(company, partner, ladder))
        if granted.cause in DECIDED:
            self.env["rc.ladder"]._tell_of_plan(granted)
        return granted

    def _check_rank(self, company, ladder, rank, on):
        # plans are no secret; the right to grant was checked
        versions = self.env["rc.commission.plan"].sudo()._get_versions_in_force(company, on)
        ladders = [
            found for version in versions if (found := version._parse().ladder(ladder)) is not None
        ]
        if not ladders:
            raise ValidationError(
                self.env._(
                    "No plan in force has a ladder “%s”. Publish the plan first.", ladder or ""
                )
            )
        known = [step.code for found in ladders for step in found.ranks]
        if rank and rank not in known:
            raise ValidationError(
                self.env._(
                    "The ladder “%(ladder)s” has no rank “%(rank)s”. It has: %(known)s.",
                    ladder=ladder,
                    rank=rank,
                    known=", ".join(dict.fromkeys(known)),
                )
            )

    @api.model
    @api.private
    def _get_newest_id(self, company, partner, ladder):
        """Return the id of the row somebody stands on, 0 if there is none."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(MAX(id), 0) FROM rc_commission_rank
                 WHERE company_id = %s AND ladder = %s AND partner_id = %s
                """,
                company.id,
                ladder,
                partner.id,
            )
        )
        return rows[0][0]

    @api.model
    @api.private
    def _note_changes(self, company, caused, versions, reason=None):
        """Write the engine's rank changes of events.

        :param caused: (what caused them: part of each row's key, kernel ``RankChange`` in order)
        :param versions: plan code → version record
        """
        rows = [
            {
                "key": f"{source}|{change.ladder}|{change.person}|{change.on}|{number:04}",
                "company_id": company.id,
                "ladder": change.ladder,
                "partner_id": change.person,
                "rank": change.rank,
                "before": change.before,
                "since": change.on,
                "cause": change.cause,
                "misses": int(change.values.get("missed", 0)) if change.cause == "grace" else 0,
                "version_id": versions[change.plan].id if change.plan in versions else None,
                "values": dict(change.values),
                "reason": reason if change.cause in DECIDED else None,
                "user_id": self.env.uid if change.cause in DECIDED else None,
            }
            for source, changes in caused
            for number, change in enumerate(changes)
        ]
        return self._insert(rows)

    @api.model
    def action_grant(self, partner_id=None, ladder="", rank=None, reason=""):
        """Program managers: put a participant on a rank, with the reason that is kept."""
        self.check_access("read")
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can grant a rank."))
        partner = self.env["res.partner"].browse(partner_id).exists()
        partner.check_access("read")
        if not partner or not reason:
            raise UserError(self.env._("Choose a participant and give the reason."))
        granted = self._grant(partner, ladder, rank or None, reason=reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": granted.id,
            "views": [(False, "form")],
        }
