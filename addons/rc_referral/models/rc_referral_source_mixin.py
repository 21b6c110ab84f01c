from odoo import fields, models


class RcReferralSourceMixin(models.AbstractModel):
    """A report of referrals by whom and what they came through."""

    _name = "rc.referral.source.mixin"
    _inherit = ["rc.referral.report.mixin"]
    _description = "Referral Report by Source"
    _allow_sudo_commands = False

    partner_id = fields.Many2one("res.partner", "Participant", readonly=True)
    code_id = fields.Many2one("rc.code", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    source = fields.Char("Channel", readonly=True, help="UTM source of the click somebody came by.")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
