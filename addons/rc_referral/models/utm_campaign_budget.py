from odoo import fields, models


class UtmCampaign(models.Model):
    _inherit = "utm.campaign"

    rc_budget_ids = fields.One2many(
        "rc.reward.budget", "campaign_id", "Budgets for Rewards", groups="base.group_user"
    )
    rc_reward_rule_ids = fields.One2many(
        "rc.reward.rule", "campaign_id", "Reward Rules", groups="base.group_user"
    )
