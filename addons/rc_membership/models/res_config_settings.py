from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_win_back_days = fields.Integer(related="company_id.rc_win_back_days", readonly=False)
