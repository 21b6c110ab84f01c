from odoo import api, fields, models


class RcCommissionPlanCompare(models.TransientModel):
    """Two versions of a plan side by side: what the newer one changes."""

    _name = "rc.commission.plan.compare"
    _description = "Compare Plan Versions"

    plan_id = fields.Many2one("rc.commission.plan", required=True, ondelete="cascade")
    old_id = fields.Many2one(
        "rc.commission.plan.version",
        "Before",
        required=True,
        domain="[('plan_id', '=', plan_id)]",
        ondelete="cascade",
    )
    new_id = fields.Many2one(
        "rc.commission.plan.version",
        "After",
        required=True,
        domain="[('plan_id', '=', plan_id)]",
        ondelete="cascade",
    )
    changes_html = fields.Html("Changes", compute="_compute_changes_html", sanitize=False)

    @api.depends("old_id", "new_id")
    @api.depends_context("lang")
    def _compute_changes_html(self):
        for wizard in self:
            both = wizard.old_id and wizard.new_id
            wizard.changes_html = both and wizard.new_id._get_changes_html(wizard.old_id)
