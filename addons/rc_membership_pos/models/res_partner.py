from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_counter_tier = fields.Char(
        "Membership at the Counter",
        compute="_compute_rc_counter_tier",
        compute_sudo=True,
        groups="point_of_sale.group_pos_user",
        help="The member's tier; empty for whoever has only what everybody has.",
    )

    @api.depends("rc_tier_id.name", "rc_tier_id.is_default")
    def _compute_rc_counter_tier(self):
        for partner in self:
            tier = partner.rc_tier_id
            partner.rc_counter_tier = False if tier.is_default else tier.name

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "rc_counter_tier"]
