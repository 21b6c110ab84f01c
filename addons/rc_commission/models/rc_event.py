from odoo import api, models


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        own = {
            "payment_changed": ["commission"],
            "signed_up": ["commission_signup"],
            "member_rank": ["commission_rank"],
        }
        return consumers + own.get(kind, [])

    def _consume_commission(self):
        """Money moved on a customer document: accrue or reverse. On a settlement's bill: pay."""
        move = self._get_record()
        if move.move_type in ("out_invoice", "out_refund"):
            (move.reversed_entry_id or move)._rc_accrue(self.occurred_at)
        elif move.rc_settlement_id:
            move.rc_settlement_id._sync_payment(self.occurred_at)

    def _consume_commission_signup(self):
        """Somebody signed up: plans may pay for it, or place them."""
        self.env["rc.commission.engine"]._signup(self._get_record(), self.occurred_at)

    def _consume_commission_rank(self):
        """A member was given a rank: plans with a ladder of that name know it."""
        row = self._get_record()
        if row:
            row._tell_plans()
