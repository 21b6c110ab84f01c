from odoo import models


class RcCommissionHistoryMixin(models.AbstractModel):
    """Dated facts of the network that the engine decided."""

    _name = "rc.commission.history.mixin"
    _description = "History of the Network"
    _inherit = ["rc.history.mixin"]
