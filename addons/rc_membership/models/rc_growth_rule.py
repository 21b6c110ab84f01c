from odoo import fields, models


class RcGrowthRule(models.Model):
    """What raises the growth value; rules are records, each with its event and its worth."""

    _name = "rc.growth.rule"
    _description = "Growth Rule"
    _order = "program_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one("rc.program", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)

    _code_uniq = models.UniqueIndex("(program_id, code)", "This rule code is in use.")
