from odoo import api, models


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return consumers + {
            "signed_up": ["referral_lead", "referral_sign_up_reward"],
            "payment_changed": ["referral_won", "referral_payment_reward"],
            "verified": ["referral_verified"],
            # rows of crons that failed, and are tried again
            "board_due": ["referral_board"],
            "milestones_due": ["referral_milestones"],
            "reward_due": ["referral_reward"],
            "use_due": ["referral_use"],
        }.get(kind, [])

    def _consume_referral_lead(self):
        self.env["crm.lead"]._rc_update_from_sign_up(self._get_record())

    def _consume_referral_won(self):
        """The member's lead is won when an invoice is paid in full."""
        move = self._get_record()
        if move.move_type == "out_invoice" and move.payment_state in ("paid", "in_payment"):
            self.env["crm.lead"].with_company(move.company_id)._rc_win(move._rc_get_member())

    def _consume_referral_sign_up_reward(self):
        partner = self._get_record()
        self.env["rc.reward.rule"]._apply_sign_up(partner, self.occurred_at)

    def _consume_referral_verified(self):
        what = (self.payload or {}).get("what")
        self.env["rc.reward.rule"]._apply_verified(self._get_record(), what, self.occurred_at)

    def _consume_referral_payment_reward(self):
        move = self._get_record()
        if move.is_sale_document():
            rules = self.env["rc.reward.rule"]
            rules._apply_payment(move.reversed_entry_id or move, self.occurred_at)

    def _consume_referral_board(self):
        self._get_record()._close_at(self.occurred_at)

    def _consume_referral_milestones(self):
        person = self._get_record()
        self.env["rc.reward.rule"]._apply_timed_of(person, self.company_id, self.occurred_at)

    def _consume_referral_reward(self):
        self._get_record()._review_at(self.occurred_at)

    def _consume_referral_use(self):
        """A cart that was paid or confirmed meanwhile keeps its use."""
        used = self._get_record()
        if used in used._get_held_by_carts(self.occurred_at):
            used.code_id._release(used.key, self.occurred_at)
