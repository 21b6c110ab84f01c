from odoo import api, models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_credited(self):
        """A line that paid somebody stays: its commissions are explained by it."""
        credited = self.env["rc.commission.credit"].sudo()  # any accountant may edit a draft
        if credited.search_count([("move_line_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Commissions were paid on a line you want to delete. "
                    "Reverse the invoice with a credit note instead."
                )
            )
