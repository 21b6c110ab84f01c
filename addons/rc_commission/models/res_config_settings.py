from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_commission_account_id = fields.Many2one(
        related="company_id.rc_commission_account_id", readonly=False
    )
    rc_received_on = fields.Selection(related="company_id.rc_received_on", readonly=False)
