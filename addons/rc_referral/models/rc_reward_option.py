from odoo import fields, models


class RcRewardOption(models.Model):
    """One of the things somebody may choose from."""

    _name = "rc.reward.option"
    _description = "Choice of a Reward"
    _inherit = ["rc.reward.gift.mixin"]
    _order = "rule_id, sequence, id"
    _rec_name = "gift_text"

    rule_id = fields.Many2one("rc.reward.rule", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
