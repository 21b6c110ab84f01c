from odoo import api, fields, models

from odoo.addons.rc_membership.kernel.periods import calendar_period

from ..adapters import company_today
from ..adapters.tree import read_children, read_team_sizes
from ..adapters.world import OdooWorld
from ..wording import role_labels

SHOWN = 40  # of the people directly below; a tree of thousands stays a page
ROOTS = 80


class RcNetworkNodeMixin(models.AbstractModel):
    """Somebody in a tree of the network: read from the edges when it is looked at."""

    _name = "rc.network.node.mixin"
    _description = "Place in a Tree"
    _allow_sudo_commands = False
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Participant", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    since = fields.Date(readonly=True)
    role = fields.Selection(
        selection=lambda self: role_labels(self.env), compute="_compute_role", compute_sudo=True
    )
    rank_names = fields.Char("Ranks", compute="_compute_rank_names")
    direct_count = fields.Integer("Directly Below", compute="_compute_direct_count")
    team_count = fields.Integer("Team", compute="_compute_team_count")
    hidden_count = fields.Integer(
        "Not Shown",
        compute="_compute_direct_count",
        help="People directly below beyond those shown.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_team_sales")
    team_sales = fields.Monetary(
        "Team Sales this Month",
        compute="_compute_team_sales",
        help="What the people below bought this month, net of refunds.",
    )
    own_purchases = fields.Monetary("Own Purchases this Month", compute="_compute_team_sales")

    @api.depends("partner_id.name")
    def _compute_display_name(self):
        for node in self:
            node.display_name = node.partner_id.display_name

    @api.depends("partner_id")
    def _compute_role(self):
        roles = self.partner_id._rc_get_roles()
        for node in self:
            node.role = roles.get(node.partner_id.id, "member")

    @api.depends_context("lang")
    def _compute_rank_names(self):
        standings = self.env["rc.commission.standing"]
        names = {}
        for company, nodes in self.grouped("company_id").items():
            found = standings._get_of(nodes.partner_id, company or self.env.company)
            for partner_id, rows in found.items():
                held = [row.rank_name.partition(" · ")[2] for row in rows if row.rank]
                names[partner_id] = " · ".join(held)
        for node in self:
            node.rank_names = names.get(node.partner_id.id, "")

    def _compute_direct_count(self):
        children = self._read_children()
        for node in self:
            node.direct_count = children.get(node.id, (0, []))[0]
            node.hidden_count = max(0, node.direct_count - SHOWN)

    def _compute_team_count(self):
        sizes = read_team_sizes(self.env, self._table_query, self.ids)
        for node in self:
            node.team_count = sizes.get(node.id, 0)

    def _compute_child_ids(self):
        children = self._read_children()
        for node in self:
            node.child_ids = self.browse(children.get(node.id, (0, []))[1])

    def _read_children(self):
        return read_children(self.env, self._table_query, self.ids, SHOWN)

    def _compute_team_sales(self):
        """Sums of the calendar month that runs, in the company's currency, one world for all."""
        for company, nodes in self.grouped("company_id").items():
            company = company or self.env.company
            world = OdooWorld(self.sudo().env, company)  # figures of who the reader may see
            world.prefetch(nodes.partner_id.ids)
            today = company_today(company)
            world.set_day(today)
            month = calendar_period(today, "month")
            window = (month.start, month.end, company.currency_id.name)
            for node in nodes:
                node.currency_id = company.currency_id
                who = node.partner_id.id
                node.team_sales = float(world.sum_facts("team", who, "net", *window))
                node.own_purchases = float(world.sum_facts("buyer", who, "net", *window))

    # ------------------------------------------------------------------
    # Hierarchy
    # ------------------------------------------------------------------

    @api.model
    def hierarchy_read(self, domain, specification, parent_field, child_field=None, order=None):
        """As Odoo's, but of a forest of thousands of roots only the first ones are drawn."""
        if len(self.search(domain, limit=ROOTS + 1, order=order)) > ROOTS:
            domain = [("id", "in", self.search(domain, limit=ROOTS, order=order).ids)]
        return super().hierarchy_read(domain, specification, parent_field, child_field, order)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_view_partner(self):
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_view_direct(self):
        """Open everybody directly below as a list."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Directly below %s", self.partner_id.display_name),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("parent_id", "=", self.id)],
        }
