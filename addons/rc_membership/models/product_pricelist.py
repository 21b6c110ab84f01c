from odoo import fields, models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    rc_first_period_only = fields.Boolean(
        "First Period Only",
        help="An offer to new members: renewals are priced by the member's own price list.",
    )
