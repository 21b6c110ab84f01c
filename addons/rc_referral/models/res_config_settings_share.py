from odoo import fields, models

from ..share.fonts import find_fonts


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_banned_words = fields.Text(related="company_id.rc_banned_words", readonly=False)
    rc_has_chinese_font = fields.Boolean(compute="_compute_rc_has_chinese_font")

    def _compute_rc_has_chinese_font(self):
        self.rc_has_chinese_font = find_fonts().has_chinese
