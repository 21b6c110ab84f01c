from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    _rc_facts = ("rc_settlement_id",)

    rc_settlement_id = fields.Many2one(
        "rc.settlement",
        "Commission Settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # ------------------------------------------------------------------
    # Customer invoices: accrue and reverse
    # ------------------------------------------------------------------

    @api.private
    def _rc_accrue(self, at):
        """Make the commission ledger say what these invoices' received money is worth.

        :param at: naive UTC datetime of what happened; dates a reversal that no document dates

        See ``rc.commission.engine._accrue``; running it twice adds nothing.
        """
        # the inbox works for any payer; who earns by an invoice is the system's to decide
        self.env["rc.commission.engine"].sudo()._accrue(self.sudo(), at)

    # ------------------------------------------------------------------
    # Vendor bills of settlements
    # ------------------------------------------------------------------

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._rc_push_matched("posted")
        return posted

    def button_cancel(self):
        result = super().button_cancel()
        settlements = self.rc_settlement_id.sudo()  # accountants cancel bills, the ledger is ours
        settlements._cancel(self.env.cr.now())
        return result

    def button_draft(self):
        for move in self.filtered(lambda m: m.state == "cancel" and m.rc_settlement_id):
            raise UserError(
                self.env._(
                    "The settlement of %s was cancelled with this bill, and its commissions are "
                    "payable again. Run a new settlement instead.",
                    move.partner_id.display_name,
                )
            )
        result = super().button_draft()
        self._rc_push_matched("draft")
        return result

    def _rc_push_matched(self, fact):
        """Odoo leaves a payment matched while it (or its invoice) is a draft: what was received
        changes all the same."""
        lines = self.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        moves = (partials.debit_move_id | partials.credit_move_id).move_id
        moves.filtered(lambda m: m.is_invoice(include_receipts=True))._rc_push_changed(
            f"matched {fact}"
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settlement_bill(self):
        for move in self.filtered("rc_settlement_id"):
            raise UserError(
                self.env._(
                    "This bill belongs to the settlement %s. Cancel the bill instead of deleting "
                    "it: its commissions then become payable again.",
                    move.rc_settlement_id.name,
                )
            )

    def action_rc_view_settlement(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.settlement",
            "res_id": self.rc_settlement_id.id,
            "views": [(False, "form")],
        }
