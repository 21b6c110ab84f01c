from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("todo", "To Do"),
    ("done", "Done"),
    ("same", "There Already"),
    ("differs", "Differs"),
    ("error", "Needs Attention"),
]


class RcGoliveLine(models.Model):
    """One line of a go-live file, as it was read and checked: what will be, or was, posted."""

    _name = "rc.golive.line"
    _description = "Go-Live Line"
    _order = "run_id, id"
    _rec_name = "reference"
    _allow_sudo_commands = False

    run_id = fields.Many2one(
        "rc.golive.run", "Import", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    kind = fields.Selection(
        selection="_selection_kind", string="File", required=True, readonly=True
    )
    number = fields.Integer("Line", required=True, readonly=True)
    reference = fields.Char(required=True, readonly=True)
    key = fields.Char(readonly=True, help="What makes it once.")
    group = fields.Char(
        "Total", readonly=True, help="The sum it belongs to: a tier, a kind of points, a currency."
    )
    amount = fields.Float(digits=0, readonly=True)
    data = fields.Json(readonly=True)
    text = fields.Char("Content", compute="_compute_text")
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    note = fields.Char("Differs", readonly=True)
    error = fields.Text(readonly=True)
    match_id = fields.Many2one(
        "res.partner",
        "Same E-mail",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    match = fields.Selection(
        [("use", "The Same Person"), ("new", "Somebody Else")], "Decision", readonly=True
    )

    _number_uniq = models.Constraint("UNIQUE (run_id, kind, number)", "This line was read before.")
    _todo_idx = models.Index("(run_id, id) WHERE state = 'todo'")

    @api.model
    def _selection_kind(self):
        return self.env["rc.golive.run"]._get_kinds()

    @api.depends("data", "kind")
    def _compute_text(self):
        specs = {
            kind: getattr(self.run_id, f"_get_spec_{kind}")() for kind in set(self.mapped("kind"))
        }
        for line in self:
            values = line.data or {}
            names = [column.name for column in specs[line.kind].columns[1:]]
            line.text = " · ".join(str(values[name]) for name in names if values.get(name))

    def action_match(self):
        """The contact with this e-mail is the member: the reference is kept on it."""
        self._decide_match("use")

    def action_separate(self):
        """The member is somebody else with the same e-mail: a contact is made."""
        self._decide_match("new")

    def _decide_match(self, match):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can decide who is who."))
        self.check_access("read")
        if any(line.run_id.state != "checked" for line in self):
            raise UserError(self.env._("The import has started: this is decided."))
        # lines are the system's; the right was checked
        self.sudo().filtered("match_id").match = match
