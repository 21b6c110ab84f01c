from odoo import fields, models


class PosConfig(models.Model):
    _inherit = "pos.config"

    rc_invoice_members = fields.Boolean(
        "Invoice Members",
        default=True,
        help="What members buy here is invoiced, also when nobody asks for the paper: points, "
        "growth value and commissions follow from invoices.",
    )
