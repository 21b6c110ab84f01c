import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class RcBenefitUseWizard(models.TransientModel):
    """Staff record that a member used something: who, what, when, where."""

    _name = "rc.benefit.use.wizard"
    _description = "Record a Use"

    partner_id = fields.Many2one("res.partner", "Member", required=True)
    grant_id = fields.Many2one(
        "rc.entitlement.grant",
        "What",
        required=True,
        domain="[('partner_id', '=', partner_id), ('ended_on', '=', False)]",
    )
    left = fields.Float(related="grant_id.left")
    expires_on = fields.Date(related="grant_id.expires_on")
    amount = fields.Float(digits=(16, 4), default=1, required=True)
    occurred_at = fields.Datetime("When", required=True)
    place = fields.Char("Where")
    note = fields.Char()
    key = fields.Char(default=lambda self: f"staff:{uuid.uuid4()}", readonly=True, required=True)

    @api.model
    def default_get(self, fields_list):
        """The dialog opens with the moment of the click; staff may set it back."""
        values = super().default_get(fields_list)
        if "occurred_at" in fields_list:
            values.setdefault("occurred_at", fields.Datetime.now())
        return values

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.grant_id.partner_id != self.partner_id:
            self.grant_id = False

    def action_use(self):
        """Count the use through the door of usage; pressed twice it counts once."""
        self.ensure_one()
        if not self.env.user.has_group("rc_membership.group_salesperson"):
            raise AccessError(self.env._("Only staff of the network can record a use."))
        self.grant_id.check_access("read")
        if self.occurred_at > fields.Datetime.now():
            raise UserError(self.env._("A use is recorded when it has happened."))
        grant = self.grant_id
        program = grant.program_id or self.env["rc.program"].sudo()._get_platform(
            grant.company_id  # whose settings apply is not a matter of the reader's rights
        )
        self.env["rc.usage"]._consume(
            grant.partner_id,
            grant.entitlement_id.code,
            repr(self.amount),
            self.key,
            self.occurred_at,
            program=program,
            grant=grant,
            note=self.note or None,
            place=self.place or None,
        )
        return {"type": "ir.actions.act_window_close"}
