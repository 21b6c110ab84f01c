from odoo import fields, models


class RcMissionUnlock(models.Model):
    """A mission that somebody opened with a code; the rows only grow."""

    _name = "rc.mission.unlock"
    _description = "Unlocked Mission"
    _inherit = ["rc.history.mixin"]
    _order = "id desc"
    _rec_name = "mission_id"
    _history_mutable = ("partner_id",)

    key = fields.Char(required=True, readonly=True)
    mission_id = fields.Many2one(
        "rc.mission", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    code_id = fields.Many2one("rc.code", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    at = fields.Datetime(required=True, readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This mission is open already.")
