from odoo import fields, models
from odoo.exceptions import UserError

COUNT_MAX = 2000
_COPIED = (
    "campaign_id",
    "date_from",
    "date_to",
    "use_limit",
    "use_limit_per_person",
    "audience",
    "loyalty_program_id",
    "landing_path",
    "user_id",
)


class RcCodeGenerate(models.TransientModel):
    """Make many codes of one owner at once: for a campaign, a print, an event."""

    _name = "rc.code.generate"
    _description = "Make Codes"

    count = fields.Integer("How Many", default=10, required=True)
    partner_id = fields.Many2one("res.partner", "Owner", required=True)
    campaign_id = fields.Many2one("utm.campaign")
    date_from = fields.Date("Valid from")
    date_to = fields.Date("Expires on")
    use_limit = fields.Integer("Uses in All", help="Of each code. 0: no limit.")
    use_limit_per_person = fields.Integer("Uses per Person")
    audience = fields.Selection(
        [("everyone", "Everybody"), ("new_members", "New members")], default="everyone"
    )
    loyalty_program_id = fields.Many2one(
        "loyalty.program", "Discount", domain="[('program_type', '=', 'promo_code')]"
    )
    landing_path = fields.Char("Landing Page")
    user_id = fields.Many2one("res.users", "Salesperson", domain=[("share", "=", False)])

    def action_generate(self):
        """Program managers: make the codes and show them."""
        self.ensure_one()
        codes = self.env["rc.code"]
        codes.check_access("create")
        if not 1 <= self.count <= COUNT_MAX:
            raise UserError(self.env._("Make 1 to %s codes at once.", COUNT_MAX))
        copied = {name: self._fields[name].convert_to_write(self[name], self) for name in _COPIED}
        values = {**copied, "kind": "invite", "partner_id": self.partner_id.id}
        made = codes.create([dict(values) for _number in range(self.count)])
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_code_action")
        return {**action, "domain": [("id", "in", made.ids)], "context": {}}
