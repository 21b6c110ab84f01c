from odoo import api, fields, models


class RcGoliveTotal(models.Model):
    """A row of the reconciliation: what the file says beside what the books say."""

    _name = "rc.golive.total"
    _description = "Go-Live Total"
    _order = "run_id, sequence, id"
    _rec_name = "group"
    _allow_sudo_commands = False

    run_id = fields.Many2one(
        "rc.golive.run", "Import", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        selection="_selection_kind", string="File", required=True, readonly=True
    )
    group = fields.Char("Total of", readonly=True)
    file_count = fields.Integer("Lines", readonly=True)
    file_amount = fields.Float("Sum in File", digits=0, readonly=True)
    booked_count = fields.Integer("Posted", readonly=True)
    booked_amount = fields.Float("Sum Posted", digits=0, readonly=True)
    difference = fields.Float(digits=0, readonly=True)
    is_equal = fields.Boolean("Agrees", readonly=True)

    @api.model
    def _selection_kind(self):
        return self.env["rc.golive.run"]._get_kinds()
