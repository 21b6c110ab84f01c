from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Money received shows as a partial reconcile, on part payments too; its removal as well."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._rc_push_payment_changed("matched")
        return partials

    def unlink(self):
        facts = [(partial.id, partial._rc_get_documents()) for partial in self]
        result = super().unlink()
        for partial_id, moves in facts:
            for move in moves:
                move._rc_push_payment_changed(move, f"unmatched:{partial_id}")
        return result

    def _rc_get_documents(self):
        moves = (self.debit_move_id | self.credit_move_id).move_id
        return moves.filtered(lambda m: m.is_invoice(include_receipts=True))

    def _rc_push_payment_changed(self, fact):
        for partial in self:
            for move in partial._rc_get_documents():
                move._rc_push_payment_changed(move, f"{fact}:{partial.id}")
