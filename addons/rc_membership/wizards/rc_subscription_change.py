from odoo import api, fields, models

from ..adapters import local_day


class RcSubscriptionChange(models.TransientModel):
    _name = "rc.subscription.change"
    _description = "Change of Plan"

    subscription_id = fields.Many2one("rc.subscription", required=True, readonly=True)
    program_id = fields.Many2one(related="subscription_id.program_id")
    product_id = fields.Many2one("product.product", "New Plan", required=True)
    currency_id = fields.Many2one(related="subscription_id.currency_id")
    is_now = fields.Boolean(compute="_compute_change")
    starts_on = fields.Date(compute="_compute_change")
    price = fields.Monetary(compute="_compute_change")
    credit = fields.Monetary("Credit for Unused Days", compute="_compute_change")

    @api.depends("product_id", "subscription_id")
    def _compute_change(self):
        now = fields.Datetime.now()
        for wizard in self:
            wizard.is_now = wizard.starts_on = wizard.price = wizard.credit = False
            if wizard.product_id:
                subscription = wizard.subscription_id
                day = local_day(now, subscription.company_id)
                change = subscription._get_change(wizard.product_id, day)
                wizard.is_now = change["when"] == "now"
                wizard.starts_on = change["on"]
                wizard.price, wizard.credit = float(change["price"]), float(change["credit"])

    def action_change(self):
        """Make the order of the change, or plan it for the period's end."""
        self.subscription_id._check_manager()
        order = self.subscription_id._change_plan(self.product_id, fields.Datetime.now())
        if not order:
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": order.id,
            "view_mode": "form",
        }
