from odoo import models


class RcPointRule(models.Model):
    _inherit = "rc.point.rule"

    def _is_about(self, product, program):
        """Money paid for points earns none on top, unless the rule names packages itself."""
        is_named = self.product_ids or self.category_ids
        if product.rc_package_id and not is_named:
            return False
        return super()._is_about(product, program)
