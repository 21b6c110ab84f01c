from odoo import fields, models


class RcEntitlement(models.Model):
    """A right that a tier or package gives: a feature flag, or a quota."""

    _name = "rc.entitlement"
    _description = "Entitlement"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Name used by the app and the API.")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("flag", "Feature"), ("quota", "Quota")], required=True, default="quota"
    )
    unit_name = fields.Char("Unit", translate=True, help="For example: chats, hours, reports.")
    icon = fields.Char(default="fa-star", help="Font Awesome icon shown to members.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    _code_uniq = models.Constraint("UNIQUE (company_id, code)", "This entitlement code is in use.")
