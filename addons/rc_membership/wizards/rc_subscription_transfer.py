from odoo import fields, models

from ..adapters import local_day


class RcSubscriptionTransfer(models.TransientModel):
    _name = "rc.subscription.transfer"
    _description = "Change of a Subscription's Owner"

    subscription_id = fields.Many2one("rc.subscription", required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", "New Owner", required=True)

    def action_transfer(self):
        subscription = self.subscription_id
        subscription._check_manager()
        today = local_day(fields.Datetime.now(), subscription.company_id)
        subscription._transfer(self.partner_id, today)
        return {"type": "ir.actions.act_window_close"}
