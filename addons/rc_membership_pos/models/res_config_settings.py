from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pos_rc_invoice_members = fields.Boolean(
        related="pos_config_id.rc_invoice_members", readonly=False
    )
