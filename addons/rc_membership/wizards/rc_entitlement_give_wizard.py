import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..adapters import local_day
from ..models.rc_tier_entitlement import PERIODS


class RcEntitlementGiveWizard(models.TransientModel):
    """A manager gives a right to members: a count, a quota, or a feature, with or without an end."""

    _name = "rc.entitlement.give.wizard"
    _description = "Give a Right"

    partner_ids = fields.Many2many("res.partner", string="Members", required=True)
    entitlement_id = fields.Many2one("rc.entitlement", "What", required=True)
    kind = fields.Selection(related="entitlement_id.kind")
    how = fields.Selection(
        [
            ("stock", "A count that is used up"),
            ("quota", "An amount that comes again"),
            ("unlimited", "As much as they like"),
        ],
        compute="_compute_how",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    amount = fields.Float(digits=(16, 4), default=1)
    per = fields.Selection(PERIODS, default="month")
    starts_on = fields.Date("From", required=True)
    expires_on = fields.Date("Expires", help="The first day without it; empty: it never ends.")
    reason = fields.Char(required=True, help="Stands beside it for good.")
    key = fields.Char(default=lambda self: f"given:{uuid.uuid4()}", readonly=True, required=True)

    @api.model
    def default_get(self, fields_list):
        """The dialog opens with the day of the click, where the company is."""
        values = super().default_get(fields_list)
        if "starts_on" in fields_list:
            today = local_day(fields.Datetime.now(), self.env.company)
            values.setdefault("starts_on", today)
        return values

    @api.depends("entitlement_id")
    def _compute_how(self):
        for wizard in self:
            wizard.how = "unlimited" if wizard.entitlement_id.kind == "flag" else "stock"

    def action_give(self):
        """Give it, once however often the button is pressed."""
        self.ensure_one()
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can give rights."))
        self.entitlement_id.check_access("read")
        grants = self.env["rc.entitlement.grant"]
        for partner in self.partner_ids:
            grants |= grants._give(
                partner,
                self.entitlement_id,
                f"{self.key}:{partner.id}",
                None if self.how == "unlimited" else repr(self.amount),
                per=self.per if self.how == "quota" else None,
                starts_on=self.starts_on,
                expires_on=self.expires_on,
                reason=self.reason,
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_entitlement_grant_action"
        )
        return {**action, "domain": [("id", "in", grants.ids)], "context": {}}
