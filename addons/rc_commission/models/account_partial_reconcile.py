from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def _rc_get_documents(self):
        """A bank statement that shows a payment changes what the payment's invoices received."""
        payments = (self.debit_move_id | self.credit_move_id).move_id.filtered(
            lambda m: m.origin_payment_id and m.company_id.rc_received_on == "matched"
        )
        lines = payments.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        moves = (partials.debit_move_id | partials.credit_move_id).move_id
        return super()._rc_get_documents() | moves.filtered(
            lambda m: m.is_invoice(include_receipts=True)
        )
