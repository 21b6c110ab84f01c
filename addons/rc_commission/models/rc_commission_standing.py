from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..adapters import company_today
from ..adapters.standing import read_ladders, standing_query
from ..adapters.world import OdooWorld
from ..kernel.ranks import progress
from ..wording import role_labels
from ..wording.progress import progress_part, progress_rows
from ..wording.ranks import rank_label
from .rc_commission_rank import CAUSES


class RcCommissionStanding(models.Model):
    """Who stands on which rank of a ladder in force now, and what is missing to the next one.

    One row per participant and ladder; also for those who hold the lowest rank, or none, without
    ever having been put on one.
    """

    _name = "rc.commission.standing"
    _description = "Who Stands Where"
    _auto = False
    _order = "ladder, place desc, since, id"
    _rec_name = "rank_name"
    _allow_sudo_commands = False

    company_id = fields.Many2one("res.company", readonly=True)
    ladder = fields.Char("Ladder Code", readonly=True)
    ladder_name = fields.Char("Ladder", readonly=True)
    partner_id = fields.Many2one("res.partner", "Participant", readonly=True)
    role = fields.Selection(selection=lambda self: role_labels(self.env), readonly=True)
    rank = fields.Char("Rank Code", readonly=True)
    rank_name = fields.Char("Rank", readonly=True)
    place = fields.Integer("Step", readonly=True, aggregator=None)
    since = fields.Date(readonly=True)
    cause = fields.Selection(CAUSES, readonly=True)
    version_id = fields.Many2one("rc.commission.plan.version", "Plan Version", readonly=True)
    next_rank = fields.Char(compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress", aggregator=None)
    progress_html = fields.Html(compute="_compute_progress", sanitize=False)

    @property
    def _table_query(self):
        # of all companies: whose rows are read is the rule's matter
        companies = self.env["res.company"].sudo().search([])
        return standing_query(self.env, self._get_ladders(companies))

    @api.model
    def _get_ladders(self, companies=None):
        companies = companies or self.env.companies
        today = {company.id: company_today(company) for company in companies}
        return read_ladders(self.env, companies, today)

    @api.depends_context("lang")
    def _compute_progress(self):
        """One world for all rows of a company, so that a page costs the queries of one row."""
        for company, rows in self.grouped("company_id").items():
            ways = self._get_ways(company, {row.partner_id.id for row in rows})
            for row in rows:
                way = ways.get((row.ladder, row.partner_id.id))
                row.next_rank = way["name"] if way else False
                row.progress = float(way["part"] * 100) if way else 0.0
                row.progress_html = self.env["ir.qweb"]._render(
                    "rc_commission.rank_progress", {"way": way, "row": row}
                )

    @api.model
    @api.private
    def _get_ways(self, company, partner_ids):
        """Return (ladder, contact id) → the way to the next rank; who is at the top has none.

        :return: dicts of ``rank``, ``name``, ``part`` (Fraction), ``rows`` (``Requirement``)
        """
        world = OdooWorld(
            self.sudo().env, company
        )  # figures of the network, for who may see the row
        world.prefetch(partner_ids, partner_ids)
        today = company_today(company)
        world.set_day(today)
        ways = {}
        for found in self._get_ladders(company):
            currency = found.version.currency_id
            for partner_id in partner_ids:
                way = progress(world, found.plan, found.ladder, partner_id, today)
                if way:
                    ways[found.ladder.code, partner_id] = {
                        "rank": way["rank"],
                        "name": rank_label(self.env, way["rank"]),
                        "part": progress_part(way["requirements"]),
                        "rows": progress_rows(self.env, way, currency),
                    }
        return ways

    @api.model
    @api.private
    def _get_of(self, partners, company):
        """Return contact id → its standings (lists of records), read for pages that show their own.

        The caller has checked whose they are.
        """
        found = defaultdict(list)
        rows = self.sudo().with_context(allowed_company_ids=company.ids)  # see above
        for row in rows.search(
            [("partner_id", "in", partners.ids), ("company_id", "=", company.id)]
        ):
            found[row.partner_id.id].append(row)
        return found

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_view_history(self):
        """Open the changes of rank of this participant on this ladder."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_rank_action"
        )
        domain = [("partner_id", "=", self.partner_id.id), ("ladder", "=", self.ladder)]
        return {**action, "domain": domain, "context": {}}

    def action_grant(self):
        """Open the wizard that grants a rank, for program managers."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can grant a rank."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Grant a Rank"),
            "res_model": "rc.commission.grant",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_step_id": self.env["rc.commission.ladder"]
                ._find_step(self.company_id, self.ladder, self.rank)
                .id,
            },
        }
