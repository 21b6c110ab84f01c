from odoo import models
from odoo.http import request

from ..visit import visit_by_parameter


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _frontend_pre_dispatch(cls):
        super()._frontend_pre_dispatch()
        if request.httprequest.method == "GET" and "ref" in request.httprequest.args:
            visit_by_parameter()
