from odoo import fields, models


class RcTraining(models.Model):
    """A training that participants pass; ranks and rules may ask for it by its code."""

    _name = "rc.training"
    _description = "Participant Training"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="The word plan files use for it.")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "This training code is in use.")
