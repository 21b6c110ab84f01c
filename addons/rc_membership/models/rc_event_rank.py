from odoo import api, models

from ..adapters import local_day


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        own = {
            "points_changed": ["ladder_review"],
            "payment_changed": ["growth_purchase"],
            "activity": ["growth_activity"],
            "win_back": ["win_back_task"],
        }
        return super()._get_consumers(kind) + own.get(kind, [])

    def _consume_ladder_review(self):
        """Points came or went: the member may have reached a rank."""
        account = self._get_record()
        if account:
            ladders = self.env["rc.ladder"].search([("program_id", "=", account.program_id.id)])
            on = local_day(self.occurred_at, self.company_id)
            if ladders:
                ladders._review(account.partner_id, on)

    def _consume_growth_purchase(self):
        """Money moved on a customer document: note what was bought, and let the member grow."""
        move = self._get_record()
        if not move.is_sale_document():
            return
        moves = move | move.reversed_entry_id
        on = local_day(self.occurred_at, self.company_id)
        nets = self.env["rc.member.purchase"]._note(moves, on)
        self.env["rc.growth.rule"]._apply_to_invoices(moves, nets)
        self.env["rc.ladder.rank"]._sell_with(moves, nets)

    def _consume_growth_activity(self):
        activity = self._get_record()
        if activity:
            self.env["rc.growth.rule"]._apply_to_activity(activity)

    def _consume_win_back_task(self):
        """Somebody buys much less than before: their salesperson asks why."""
        partner = self._get_record()
        if partner:
            partner._rc_plan_win_back(local_day(self.occurred_at, self.company_id))
