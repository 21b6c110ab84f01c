from odoo import api, fields, models
from odoo.exceptions import UserError


class RcFraudReport(models.TransientModel):
    _name = "rc.fraud.report"
    _description = "Report for Review"

    about = fields.Selection(
        [("referral", "Who brought whom"), ("participant", "The participant as such")],
        "What Is Suspicious",
        required=True,
        default="participant",
    )
    partner_id = fields.Many2one("res.partner", "Participant", required=True, readonly=True)
    sponsor_id = fields.Many2one("res.partner", "Brought by", readonly=True)
    member_id = fields.Many2one("res.partner", "New Member", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    note = fields.Text("Why", help="Kept with the case, for whoever decides it.")
    outlook = fields.Char(compute="_compute_outlook")

    @api.depends("about", "partner_id", "sponsor_id", "member_id")
    def _compute_outlook(self):
        for wizard in self:
            if wizard.about == "referral":
                wizard.outlook = self.env._(
                    "Until somebody decides, %(sponsor)s is given and paid nothing for %(member)s.",
                    sponsor=wizard.sponsor_id.display_name or "",
                    member=wizard.member_id.display_name or "",
                )
            else:
                wizard.outlook = self.env._(
                    "A case about %s is opened. Nothing is held back unless you freeze them there.",
                    wizard.partner_id.display_name or "",
                )

    def action_apply(self):
        """Program managers: open the case, or add to the one there is, with the reason."""
        self.ensure_one()
        cases = self.env["rc.fraud.case"]
        cases._check_reporter()
        note = (self.note or "").strip()
        if not note:
            raise UserError(self.env._("Say why: it is kept with the case."))
        member = self.member_id if self.about == "referral" else self.env["res.partner"]
        partner = self.sponsor_id if member else self.partner_id
        if self.about == "referral" and not (member and partner):
            raise UserError(self.env._("Nobody brought this: there is no one to report."))
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Switch to the company it is about."))
        case = cases._report(partner, member, note, fields.Datetime.now(), self.company_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.fraud.case",
            "res_id": case.id,
            "views": [(False, "form")],
        }
