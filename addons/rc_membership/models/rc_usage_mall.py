"""What points buy of a right: an answer to who has used it up."""

from odoo import api, models
from odoo.fields import Domain

from .rc_mall_item import STOCKS


class RcUsage(models.AbstractModel):
    _inherit = "rc.usage"

    @api.model
    def _get_unlocks(self, catalogue, partner, member, right, need):
        unlocks = super()._get_unlocks(catalogue, partner, member, right, need)
        # what the mall sells is no secret; who asks need not read its records
        entitlement = self.env["rc.entitlement"].sudo().browse(right)
        items = self.env["rc.mall.item"].sudo().search(self._get_item_domain(catalogue, right))
        return unlocks + [
            entitlement._prepare_item_unlock(item)
            for item in items
            if item._as_offer().is_on_sale(member.on)
        ]

    @api.model
    def _get_item_domain(self, catalogue, right):
        return (
            Domain("program_id", "=", catalogue.program)
            & Domain("kind", "in", STOCKS)
            & Domain("entitlement_id", "=", right)
        )
