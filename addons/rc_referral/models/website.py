from odoo import models

from ..visit import get_visitor


class Website(models.Model):
    _inherit = "website"

    def _prepare_sale_order_values(self, partner_sudo):
        """A new cart knows its visitor: a guest who pays later on another page is still theirs."""
        return {
            **super()._prepare_sale_order_values(partner_sudo),
            "rc_visitor": get_visitor(),
        }
