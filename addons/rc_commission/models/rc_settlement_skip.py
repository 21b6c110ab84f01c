from odoo import api, fields, models
from odoo.exceptions import UserError

from ..wording import nothing_sentence


class RcSettlementSkip(models.Model):
    """Why a run settled nothing for a payee."""

    _name = "rc.settlement.skip"
    _description = "Payee Not Settled"
    _order = "run_id desc, id"
    _rec_name = "account_id"
    _allow_sudo_commands = False

    run_id = fields.Many2one(
        "rc.settlement.run", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    account_id = fields.Many2one(
        "rc.commission.account", "Payee", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    code = fields.Selection(
        [
            ("nothing_open", "Nothing open"),
            ("nothing_payable", "Nothing payable yet"),
            ("below_minimum", "Below the minimum"),
            ("screening", "Being checked"),
            ("frozen", "Payee frozen"),
        ],
        "Reason",
        required=True,
        readonly=True,
    )
    payable = fields.Monetary(readonly=True)
    held = fields.Monetary(readonly=True)
    minimum = fields.Monetary(readonly=True)
    next_on = fields.Date("Payable From", readonly=True)
    explanation = fields.Char("Why", compute="_compute_explanation")

    _account_uniq = models.Constraint("UNIQUE (run_id, account_id)", "This payee was looked at.")

    @api.depends_context("lang")
    @api.depends("code")
    def _compute_explanation(self):
        for skip in self:
            skip.explanation = nothing_sentence(
                self.env,
                skip.code,
                skip.currency_id,
                skip.payable,
                skip.held,
                skip.next_on,
                skip.minimum,
            )

    @api.model
    @api.private
    def _note(self, run, decisions):
        """Keep the reasons of a batch: account → (kernel ``Nothing``, minimum)."""
        self.sudo().create(  # the run works for all payees, whoever started it
            [
                {
                    "run_id": run.id,
                    "account_id": account.id,
                    "code": nothing.code,
                    "payable": float(nothing.payable),
                    "held": float(nothing.held),
                    "minimum": float(minimum),
                    "next_on": nothing.next_on,
                }
                for account, (nothing, minimum) in decisions.items()
            ]
        )

    def write(self, vals):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("The result of a settlement run never changes."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The result of a settlement run is never deleted."))
