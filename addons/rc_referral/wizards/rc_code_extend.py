from odoo import fields, models


class RcCodeExtend(models.TransientModel):
    """Move the day on which codes expire."""

    _name = "rc.code.extend"
    _description = "Extend Codes"

    code_ids = fields.Many2many("rc.code", required=True)
    date_to = fields.Date("Expires on", help="Empty: never.")

    def action_extend(self):
        """Program managers: write the new day; batches move their own codes."""
        self.ensure_one()
        self.code_ids.check_access("write")
        self.code_ids.filtered(lambda code: not code.batch_id).date_to = self.date_to
        return {"type": "ir.actions.act_window_close"}
