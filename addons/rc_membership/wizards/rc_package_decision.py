from odoo import fields, models


class RcPackageDecision(models.TransientModel):
    """Asks for the reason of a decision on a held purchase or a refund that was asked for."""

    _name = "rc.package.decision"
    _description = "Decision on a Package Purchase"

    decision = fields.Selection(
        [
            ("release", "Release"),
            ("refuse", "Refuse and Refund"),
            ("refuse_refund", "Refuse the Refund"),
        ],
    )
    purchase_id = fields.Many2one("rc.package.purchase")
    refund_id = fields.Many2one("rc.package.refund")
    reason = fields.Char()

    def action_apply(self):
        """The rights are those of the decision itself."""
        self.ensure_one()
        if self.decision == "release":
            self.purchase_id.action_release(self.reason)
        elif self.decision == "refuse":
            self.purchase_id.action_refuse(self.reason)
        elif self.decision == "refuse_refund":
            self.refund_id.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
