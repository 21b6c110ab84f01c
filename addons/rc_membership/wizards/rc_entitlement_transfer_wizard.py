import uuid

from odoo import api, fields, models


class RcEntitlementTransferWizard(models.TransientModel):
    """What is left of a grant goes to somebody else, by a manager's decision with its reason."""

    _name = "rc.entitlement.transfer.wizard"
    _description = "Transfer of a Right"

    grant_id = fields.Many2one("rc.entitlement.grant", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="grant_id.partner_id", string="From")
    left = fields.Float(related="grant_id.left")
    is_stock = fields.Boolean(compute="_compute_is_stock")
    target_id = fields.Many2one("res.partner", "To", required=True)
    amount = fields.Float(
        digits=(16, 4), compute="_compute_amount", store=True, readonly=False, precompute=True
    )
    reason = fields.Char(required=True)
    key = fields.Char(default=lambda self: f"transfer:{uuid.uuid4()}", readonly=True)

    @api.depends("grant_id")
    def _compute_is_stock(self):
        for wizard in self:
            wizard.is_stock = not wizard.grant_id.per and not wizard.grant_id.is_unlimited

    @api.depends("grant_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.grant_id.left

    def action_transfer(self):
        self.ensure_one()
        given = self.grant_id._transfer(
            self.target_id, repr(self.amount), self.reason, self.key, fields.Datetime.now()
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.entitlement.grant",
            "res_id": given.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
