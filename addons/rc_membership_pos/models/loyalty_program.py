from odoo import api, fields, models


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    rc_is_face = fields.Boolean(
        "Points of a Membership Program", compute="_compute_rc_face", compute_sudo=True
    )
    rc_confirm_above = fields.Integer(
        "Confirm above", compute="_compute_rc_face", compute_sudo=True
    )

    @api.depends("rc_program_ids.point_confirm_above")
    def _compute_rc_face(self):
        for program in self:
            program.rc_is_face = bool(program.rc_program_ids)
            program.rc_confirm_above = program.rc_program_ids[:1].point_confirm_above

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "rc_is_face", "rc_confirm_above"]
