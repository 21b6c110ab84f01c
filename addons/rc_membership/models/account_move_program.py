"""Whose products an invoice is for: a partner's program earns and grows by what it sells."""

from fractions import Fraction

from odoo import models

from ..adapters import exact


class AccountMove(models.Model):
    _inherit = "account.move"

    def _rc_get_share(self, is_about):
        """Return which part of the net amount is for products that ``is_about`` says True of.

        Discounts are lines below zero: they lower all others alike.

        :param is_about: function of a product and the program that sells it (may be none)
        """
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.price_subtotal > 0
        )
        programs = lines.product_id._rc_get_programs()
        total = wanted = Fraction(0)
        for line in lines:
            amount = Fraction(exact(line.price_subtotal))
            total += amount
            if is_about(line.product_id, programs[line.product_id]):
                wanted += amount
        return wanted / total if total else Fraction(1)
