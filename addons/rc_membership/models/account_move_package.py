from odoo import api, models

from ..adapters import read_paid_on


class AccountMove(models.Model):
    _inherit = "account.move"

    def _rc_get_package_lines(self):
        return self.invoice_line_ids.filtered(
            lambda line: (
                line.display_type == "product"
                and line.product_id.rc_package_id
                and line.quantity > 0
                and line.price_total >= 0
            )
        )

    @api.private
    def _rc_sync_packages(self, at):
        """Give what paid package lines give, once each; let it follow the money afterwards.

        A line gives nothing until its invoice is paid in full. Idempotent.

        :param at: naive UTC datetime of what happened
        """
        purchases = self.env["rc.package.purchase"].sudo()  # the inbox may run for any payer
        invoices = self.filtered(lambda m: m.move_type == "out_invoice")
        paid_on = read_paid_on(invoices)
        for move in invoices:
            lines = move._rc_get_package_lines()
            known = purchases.search([("invoice_line_id.move_id", "=", move.id)])
            if move._rc_is_paid_and_kept():
                new = lines - known.invoice_line_id
                purchases._record_lines(new, paid_on.get(move.id) or move.invoice_date)
            known._follow_money(at)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.private
    def _rc_get_charge_kind(self):
        """A line that sells a package is of the kind ``package``."""
        self.ensure_one()
        # whoever works off the inbox
        return "package" if self.product_id.sudo().rc_package_id else super()._rc_get_charge_kind()
