from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    rc_is_promotable = fields.Boolean(
        "May Be Promoted",
        default=True,
        help="Offered to participants as something to recommend, once it is published.",
    )
