from odoo import fields, models

from ..adapters.tree import placement_query

CAUSES = [
    ("sponsor", "Under the Sponsor"),
    ("placed", "Placed by Hand"),
    ("leave_two", "Left on a Promotion"),
    ("idle_swap", "Swapped"),
    ("spillover", "Spillover"),
]


class RcPlacementNode(models.Model):
    """Somebody in the placement tree of the current company, as it stands."""

    _name = "rc.placement.node"
    _description = "Place in the Placement Tree"
    _inherit = ["rc.network.node.mixin"]
    _auto = False
    _order = "side, since, id"
    _rec_name = "partner_id"

    parent_id = fields.Many2one("rc.placement.node", "Placed Under", readonly=True)
    child_ids = fields.One2many("rc.placement.node", "parent_id", compute="_compute_child_ids")
    side = fields.Selection([("left", "Left"), ("right", "Right")], readonly=True)
    cause = fields.Selection(CAUSES, "Placed By", readonly=True)

    @property
    def _table_query(self):
        return placement_query(self.env.company)
