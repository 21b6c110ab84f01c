from odoo import models

from ..points_cause import Cause, points_cause


class LoyaltyCardUpdateBalance(models.TransientModel):
    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        """Staff correct a balance: no limit of spending applies, and the reason is kept."""
        cause = Cause("adjust", reason=self.description or "")
        with points_cause(self.env, cause):
            return super().action_update_card_point()
