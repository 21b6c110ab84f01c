from odoo import api, fields, models

STAFF = (
    "rc_membership.group_salesperson,rc_membership.group_accountant,"
    "rc_membership.group_program_manager"
)


class RcCommissionWhyMixin(models.AbstractModel):
    """A sale (order, invoice, opportunity) that says who would earn by it if it were paid now."""

    _name = "rc.commission.why.mixin"
    _description = "Sale with a Commission Estimate"

    rc_estimate_text = fields.Char(
        "Commission Estimate",
        compute="_compute_rc_estimate_text",
        groups=STAFF,
        help="What the plans in force pay if all of it is paid now: to you, or to all if you see all.",
    )

    @api.depends_context("uid", "lang")
    def _compute_rc_estimate_text(self):
        estimate = self.env["rc.commission.estimate"]
        for record in self:
            saved = record._origin  # a sale that is being typed is estimated once it is saved
            record.rc_estimate_text = estimate._get_summary_text(saved) if saved else False

    def action_rc_why(self):
        """Open who earns by this sale, who does not, and why."""
        self.check_access("read")
        self.ensure_one()
        return self.env["rc.commission.estimate"]._open_why(self)
