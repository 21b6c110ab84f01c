from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from ..adapters import company_today
from ..kernel.settle import Nothing
from ..wording import nothing_sentence


class RcSettlementWizard(models.TransientModel):
    """Settle now: shows what would be billed to whom, and why others get nothing."""

    _name = "rc.settlement.wizard"
    _description = "Settle Commissions"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    as_of = fields.Date(
        "Payable Until",
        required=True,
        default=lambda self: company_today(self.env.company),
        help="Everything payable on this day is settled.",
    )
    line_ids = fields.One2many(
        "rc.settlement.wizard.line", "wizard_id", compute="_compute_line_ids", store=True
    )
    bill_count = fields.Integer(compute="_compute_bill_count")

    @api.depends("company_id", "as_of")
    def _compute_line_ids(self):
        for wizard in self:
            accounts = self.env["rc.commission.account"].search(
                [
                    ("company_id", "=", wizard.company_id.id),
                    ("merged_into_id", "=", False),
                    "|",
                    ("open", ">", 0),
                    ("debt", ">", 0),
                ]
            )
            decisions = accounts._decide_settlements(wizard.as_of) if wizard.as_of else {}
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(self._prepare_line_vals(account, decision, minimum))
                    for account, (decision, minimum) in decisions.items()
                ),
            ]

    def _prepare_line_vals(self, account, decision, minimum):
        if isinstance(decision, Nothing):
            payable, held = float(decision.payable), float(decision.held)
            why = nothing_sentence(
                self.env,
                decision.code,
                account.currency_id,
                payable,
                held,
                decision.next_on,
                float(minimum),
            )
            return {"account_id": account.id, "payable": payable, "why": why}
        return {
            "account_id": account.id,
            "payable": float(decision.payable),
            "netted": float(decision.netted),
            "amount": float(decision.amount),
        }

    @api.depends("line_ids.amount")
    def _compute_bill_count(self):
        for wizard in self:
            wizard.bill_count = len(wizard.line_ids.filtered("amount"))

    def action_settle(self):
        """Run the settlement and show it."""
        self.ensure_one()
        if not self.env.user.has_group("rc_membership.group_accountant"):
            raise AccessError(self.env._("Only a network accountant can run settlements."))
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Switch to the company %s first.", self.company_id.name))
        # the ledger and its runs have no write access for anybody: the right was checked above
        run = self.env["rc.settlement.run"].sudo()._start(self.company_id, self.as_of)
        run._settle_all()
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.settlement.run",
            "res_id": run.id,
            "views": [(False, "form")],
        }


class RcSettlementWizardLine(models.TransientModel):
    """A payee in the preview."""

    _name = "rc.settlement.wizard.line"
    _description = "Settlement Preview"

    wizard_id = fields.Many2one("rc.settlement.wizard", required=True, ondelete="cascade")
    account_id = fields.Many2one("rc.commission.account", "Payee", readonly=True)
    currency_id = fields.Many2one(related="account_id.currency_id")
    payable = fields.Monetary(readonly=True)
    netted = fields.Monetary("Taken Off by Debt", readonly=True)
    amount = fields.Monetary("To Bill", readonly=True)
    why = fields.Char("Why Not", readonly=True)
