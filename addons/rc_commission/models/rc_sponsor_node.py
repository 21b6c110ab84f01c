from odoo import fields, models

from ..adapters.tree import sponsor_query


class RcSponsorNode(models.Model):
    """Somebody in the sponsor tree: who brought whom, as it stands."""

    _name = "rc.sponsor.node"
    _description = "Place in the Sponsor Tree"
    _inherit = ["rc.network.node.mixin"]
    _auto = False
    _order = "since, id"
    _rec_name = "partner_id"

    parent_id = fields.Many2one("rc.sponsor.node", "Sponsor", readonly=True)
    child_ids = fields.One2many("rc.sponsor.node", "parent_id", compute="_compute_child_ids")

    @property
    def _table_query(self):
        return sponsor_query(self.env.companies)
