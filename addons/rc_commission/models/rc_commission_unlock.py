from odoo import fields, models


class RcCommissionUnlock(models.Model):
    """Somebody did what a reserve waited for: it is payable, and later awards are not reserved."""

    _name = "rc.commission.unlock"
    _description = "Reserve Unlocked"
    _inherit = ["rc.commission.history.mixin"]
    _order = "date desc, id desc"
    _rec_name = "key"

    _history_mutable = ("partner_id",)

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Payee", required=True, readonly=True, ondelete="restrict", index=True
    )
    plan_code = fields.Char("Plan", required=True, readonly=True)
    rule = fields.Char(required=True, readonly=True)
    date = fields.Date("Day", required=True, readonly=True)
    values = fields.Json(readonly=True, help="The figures that met the task.")

    _key_uniq = models.Constraint("UNIQUE (key)", "This reserve was unlocked before.")
