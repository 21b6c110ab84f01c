from odoo import fields, models
from odoo.exceptions import AccessError


class RcCodeClaim(models.TransientModel):
    """Staff choose a code with a name of its own."""

    _name = "rc.code.claim"
    _description = "Claim a Code"

    text = fields.Char("Code", required=True, help="4 to 20 letters and digits, a letter first.")

    def action_claim(self):
        """Salespeople: the code is theirs if nobody has it and the rules allow it."""
        self.ensure_one()
        if not self.env.user.has_group("rc_membership.group_salesperson"):
            raise AccessError(self.env._("Codes with a name of their own are for staff."))
        code = self.env["rc.code"]._claim_vanity(
            self.env.user.partner_id, self.text, fields.Datetime.now()
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.code",
            "res_id": code.id,
            "views": [(False, "form")],
        }
