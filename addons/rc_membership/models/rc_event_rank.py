from odoo import api, models

from ..adapters import local_day


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        own = {"points_changed": ["ladder_review"]}
        return super()._get_consumers(kind) + own.get(kind, [])

    def _consume_ladder_review(self):
        """Points came or went: the member may have reached a rank."""
        account = self._get_record()
        if account:
            ladders = self.env["rc.ladder"].search([("program_id", "=", account.program_id.id)])
            on = local_day(self.occurred_at, self.company_id)
            if ladders:
                ladders._review(account.partner_id, on)
