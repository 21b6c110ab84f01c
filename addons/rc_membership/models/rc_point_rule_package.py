from fractions import Fraction

from odoo import models

from ..adapters import exact


class RcPointRule(models.Model):
    _inherit = "rc.point.rule"

    def _get_share(self, move):
        """Money paid for points earns none on top, unless the rule names packages itself."""
        if self.product_ids or self.category_ids:
            return super()._get_share(move)
        lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        total = sum((exact(line.price_subtotal) for line in lines), exact(0))
        packages = lines.filtered(lambda line: line.product_id.rc_package_id)
        bought = sum((exact(line.price_subtotal) for line in packages), exact(0))
        return 1 - Fraction(bought) / Fraction(total) if total else Fraction(1)
