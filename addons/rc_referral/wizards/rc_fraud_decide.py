from odoo import api, fields, models
from odoo.exceptions import UserError


class RcFraudDecide(models.TransientModel):
    _name = "rc.fraud.decide"
    _description = "Decide Fraud Cases"

    act = fields.Selection(
        [
            ("clear", "Clear"),
            ("confirm", "Confirm"),
            ("freeze", "Freeze Participant"),
            ("unfreeze", "End the Freeze"),
            ("grant", "Grant the Appeal"),
            ("deny", "Deny the Appeal"),
        ],
        "Decision",
        required=True,
        readonly=True,
    )
    case_ids = fields.Many2many("rc.fraud.case", string="Cases", required=True, readonly=True)
    note = fields.Text("Why", help="Kept with the case. An answer to an appeal is read by them.")

    take_back_html = fields.Html(
        "What Is Taken Back", compute="_compute_take_back_html", sanitize=False
    )

    @api.depends("act", "case_ids")
    def _compute_take_back_html(self):
        """What confirming takes back, case by case, before anybody decides."""
        for wizard in self:
            if wizard.act != "confirm" or not wizard.case_ids:
                wizard.take_back_html = False
                continue
            wizard.case_ids._check_decider()
            told = [
                {
                    "name": case.display_name,
                    "kind": case.kind,
                    # rewards and the ledger; the right to decide the case was checked
                    "rows": case.sudo()._get_take_back(),
                }
                for case in wizard.case_ids
            ]
            wizard.take_back_html = self.env["ir.qweb"]._render(
                "rc_referral.fraud_take_back", {"cases": told}
            )

    def action_apply(self):
        """Program managers: decide, with the reason; the rights are checked on each case."""
        self.ensure_one()
        cases = self.case_ids
        cases._check_decider()
        note = (self.note or "").strip()
        if not note:
            raise UserError(self.env._("Say why: it is kept with the case."))
        cases._decide(self.act, note, fields.Datetime.now())
        return {"type": "ir.actions.act_window_close"}
