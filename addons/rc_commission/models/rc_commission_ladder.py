from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import company_today
from ..adapters.standing import read_ladders
from ..wording.plans import rank_text
from ..wording.ranks import ladder_label, rank_label

_STEPS = 64  # ids: number of the ladder × steps + place


class RcCommissionLadder(models.Model):
    """The ranks of the ladders in force, low to high, with what each asks for and who holds it."""

    _name = "rc.commission.ladder"
    _description = "Rank of a Ladder"
    _auto = False
    _order = "ladder, place"
    _rec_name = "rank_name"
    _allow_sudo_commands = False

    company_id = fields.Many2one("res.company", readonly=True)
    ladder = fields.Char("Ladder Code", readonly=True)
    ladder_name = fields.Char("Ladder", readonly=True)
    rank = fields.Char("Rank Code", readonly=True)
    rank_name = fields.Char("Rank", readonly=True)
    place = fields.Integer("Step", readonly=True, aggregator=None)
    version_id = fields.Many2one("rc.commission.plan.version", "Plan Version", readonly=True)
    requirements = fields.Char("Asks For", compute="_compute_requirements")
    holder_count = fields.Integer("Holders", compute="_compute_holder_count")

    @property
    def _table_query(self):
        # of all companies: whose rows are read is the rule's matter
        companies = self.env["res.company"].sudo().search([])
        rows = [
            SQL(
                "(%s::bigint, %s, %s, %s, %s, %s, %s, %s)",
                found.number * _STEPS + place,
                found.company_id,
                found.ladder.code,
                ladder_label(self.env, found.ladder.code),
                rank.code,
                rank_label(self.env, rank.code),
                place,
                found.version.id,
            )
            for found in self._get_ladders(companies)
            for place, rank in enumerate(found.ladder.ranks, 1)
        ]
        columns = SQL("(id, company_id, ladder, ladder_name, rank, rank_name, place, version_id)")
        if not rows:
            empty = SQL("(0::bigint, 0, '', '', '', '', 0, 0)")
            return SQL("SELECT * FROM (VALUES %s) AS step %s WHERE FALSE", empty, columns)
        return SQL("SELECT * FROM (VALUES %s) AS step %s", SQL(", ").join(rows), columns)

    @api.model
    def _get_ladders(self, companies=None):
        """Return the ladders in force of the companies; whose rows are read is the rule's matter."""
        companies = companies or self.env.companies
        today = {company.id: company_today(company) for company in companies}
        return read_ladders(self.env, companies, today)

    @api.depends("ladder_name", "rank_name")
    def _compute_display_name(self):
        for step in self:
            step.display_name = f"{step.ladder_name}: {step.rank_name}"

    @api.depends_context("lang")
    def _compute_requirements(self):
        ladders = {(found.company_id, found.ladder.code): found for found in self._get_ladders()}
        for step in self:
            found = ladders.get((step.company_id.id, step.ladder))
            rank = found.find_file_rank(step.rank) if found else {}
            currency = found.version.currency_id if found else self.env.company.currency_id
            text = rank_text(self.env, rank, currency) if found else ""
            step.requirements = text[:1].upper() + text[1:]

    def _compute_holder_count(self):
        counts = Counter(
            {
                (company.id, ladder, rank): count
                for company, ladder, rank, count in self.env["rc.commission.standing"]._read_group(
                    [("ladder", "in", self.mapped("ladder"))],
                    ["company_id", "ladder", "rank"],
                    ["__count"],
                )
            }
        )
        for step in self:
            step.holder_count = counts[step.company_id.id, step.ladder, step.rank]

    @api.model
    @api.private
    def _find_step(self, company, ladder, rank):
        """Return a rank of a ladder, or its lowest one."""
        domain = [("company_id", "=", company.id), ("ladder", "=", ladder)]
        return self.search([*domain, ("rank", "=", rank)], limit=1) or self.search(domain, limit=1)

    def action_view_holders(self):
        """Open who stands on this rank."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_standing_action"
        )
        domain = [("ladder", "=", self.ladder), ("rank", "=", self.rank)]
        return {**action, "domain": domain, "context": {}}
