from odoo import api, fields, models

from ..golive_wording import problem_sentence


class RcGoliveIssue(models.Model):
    """What the check found in a go-live file: where, what, and what to do about it."""

    _name = "rc.golive.issue"
    _description = "Go-Live Finding"
    _order = "run_id, level, kind, line_number, id"
    _rec_name = "code"
    _allow_sudo_commands = False

    run_id = fields.Many2one(
        "rc.golive.run", "Import", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    level = fields.Selection(
        [("1_error", "Error"), ("2_question", "To Decide"), ("3_note", "Note")],
        required=True,
        readonly=True,
    )
    kind = fields.Selection(
        selection="_selection_kind", string="File", required=True, readonly=True
    )
    line_number = fields.Integer("Line", readonly=True)
    column = fields.Char(readonly=True)
    text = fields.Char("Found", readonly=True)
    code = fields.Char(required=True, readonly=True)
    values = fields.Json(readonly=True)
    message = fields.Char("What to Do", compute="_compute_message")

    @api.model
    def _selection_kind(self):
        return self.env["rc.golive.run"]._get_kinds()

    @api.depends("code", "values")
    @api.depends_context("lang")
    def _compute_message(self):
        for issue in self:
            issue.message = problem_sentence(self.env, issue.code, issue.values or {})
