import hashlib
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..golive_wording import file_sentences, member_sentences

STATES = [
    ("draft", "Files"),
    ("checked", "Checked"),
    ("running", "Importing"),
    ("attention", "Needs Attention"),
    ("done", "Done"),
]


class RcGoliveRun(models.Model):
    """A go-live import: files are checked without touching anything, then posted in the background.

    One line is posted whole or not at all, once per key: the same file again changes nothing.
    """

    _name = "rc.golive.run"
    _description = "Go-Live Import"
    _inherit = ["rc.fact.mixin"]
    _order = "id desc"
    _allow_sudo_commands = False
    _rc_facts = (
        "company_id",
        "state",
        "checked_at",
        "started_at",
        "started_by_id",
        "uploaded_by_id",
        "finished_at",
        "checksum",
    )

    name = fields.Char(required=True, default=lambda self: self.env._("Go-live"))
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
        index=True,
    )
    state = fields.Selection(STATES, default="draft", required=True, readonly=True, copy=False)
    member_file = fields.Binary("Members", attachment=True, copy=False)
    member_filename = fields.Char(copy=False)
    points_file = fields.Binary("Points", attachment=True, copy=False)
    points_filename = fields.Char(copy=False)
    uploaded_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict", string="Files Uploaded By"
    )
    checksum = fields.Char("SHA-256", readonly=True, copy=False, help="Of the files as checked.")
    checked_at = fields.Datetime(readonly=True, copy=False)
    started_at = fields.Datetime(readonly=True, copy=False)
    started_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    finished_at = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many("rc.golive.line", "run_id", "Lines", readonly=True)
    issue_ids = fields.One2many("rc.golive.issue", "run_id", "Findings", readonly=True)
    total_ids = fields.One2many("rc.golive.total", "run_id", "Totals", readonly=True)
    line_count = fields.Integer(compute="_compute_counts")
    todo_count = fields.Integer("Lines to Do", compute="_compute_counts")
    failed_count = fields.Integer("Lines with an Error", compute="_compute_counts")
    same_count = fields.Integer("Lines There Already", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts", help="Lines worked off, in percent.")
    error_count = fields.Integer("Errors", compute="_compute_counts")
    open_match_count = fields.Integer("Contacts to Decide", compute="_compute_counts")
    is_reconciled = fields.Boolean("Totals Agree", compute="_compute_is_reconciled")

    @api.depends("line_ids.state", "line_ids.match", "issue_ids")
    def _compute_counts(self):
        lines, issues = self.env["rc.golive.line"], self.env["rc.golive.issue"]
        counts = {}
        for run, state, count in lines._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        ):
            counts[run.id, state] = count
        undecided = [("match_id", "!=", False), ("match", "=", False), ("state", "=", "todo")]
        matches = dict(
            lines._read_group([("run_id", "in", self.ids), *undecided], ["run_id"], ["__count"])
        )
        errors = dict(
            issues._read_group(
                [("run_id", "in", self.ids), ("level", "=", "1_error")], ["run_id"], ["__count"]
            )
        )
        for run in self:
            by_state = {
                state: counts.get((run.id, state), 0)
                for state in ("todo", "done", "same", "differs", "error")
            }
            run.line_count = sum(by_state.values())
            run.todo_count = by_state["todo"]
            run.failed_count = by_state["error"]
            run.same_count = by_state["same"] + by_state["differs"]
            work = by_state["todo"] + by_state["done"] + by_state["error"]
            is_over = run.state in ("done", "attention")
            run.progress = 100 * (work - by_state["todo"]) / work if work else 100 * is_over
            run.error_count = errors.get(run, 0)
            run.open_match_count = matches.get(run, 0)

    @api.depends("total_ids.is_equal", "state")
    def _compute_is_reconciled(self):
        for run in self:
            run.is_reconciled = run.state == "done" and all(run.total_ids.mapped("is_equal"))

    # ------------------------------------------------------------------
    # The files; extended by addons with files of their own
    # ------------------------------------------------------------------

    @api.model
    def _get_kinds(self):
        """Return (kind, label) of the files in the order they are posted."""
        return [("member", self.env._("Members")), ("points", self.env._("Points"))]

    @api.model
    def _get_sentences(self):
        """Return code → sentence of all findings."""
        return file_sentences(self.env) | member_sentences(self.env)

    def _get_files(self):
        """Return kind → bytes of what was uploaded."""
        self.ensure_one()
        # Binary fields of a record read as text with their size in some contexts; attachments do not
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "in", [f"{kind}_file" for kind, _label in self._get_kinds()]),
            ]
        )
        found = {a.res_field.removesuffix("_file"): a.raw for a in attachments}
        return {kind: found[kind] for kind, _label in self._get_kinds() if kind in found}

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        # who uploaded is a fact of the system
        runs.sudo().write({"uploaded_by_id": self.env.uid})
        return runs

    def write(self, vals):
        if any(f"{kind}_file" in vals for kind, _label in self._get_kinds()):
            if any(run.state not in ("draft", "checked") for run in self):
                raise UserError(
                    self.env._("The import has started. Make a new one for another file.")
                )
            result = super().write(vals)
            # what was checked is the system's; whoever may change the files undoes it
            self.sudo()._forget_check()
            return result
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_before_start(self):
        if any(run.state not in ("draft", "checked") for run in self):
            raise UserError(self.env._("An import that has started is kept as its own proof."))

    def _forget_check(self):
        """Another file: nothing that was found in the last one holds."""
        self.line_ids.unlink()
        self.issue_ids.unlink()
        self.total_ids.unlink()
        self.write(
            {
                "state": "draft",
                "checked_at": False,
                "checksum": False,
                "uploaded_by_id": self.env.uid,
            }
        )

    @api.model
    def _compute_checksum(self, files):
        text = "\n".join(
            f"{kind}:{hashlib.sha256(content).hexdigest()}" for kind, content in files.items()
        )
        return hashlib.sha256(text.encode()).hexdigest()

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _check_manager(self):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can run a go-live import."))
        self.check_access("write")

    def action_check(self):
        """Read the files and say what would happen; nothing but the findings is written."""
        self._check_manager()
        for run in self:
            if run.state not in ("draft", "checked"):
                raise UserError(self.env._("The import has started. Make a new one."))
            # lines and findings are the system's; the right was checked
            run.sudo()._check_files(fields.Datetime.now())

    def action_match_all(self):
        """Every e-mail that is known is the same person, where nothing was decided yet."""
        self._check_manager()
        self.line_ids.filtered(lambda x: x.match_id and not x.match).action_match()

    def action_start(self):
        """Check once more, then post in the background."""
        self._check_manager()
        self.ensure_one()
        run = self.sudo()  # states and lines are the system's; the right was checked
        if run.state != "checked":
            raise UserError(self.env._("Check the files first."))
        now = fields.Datetime.now()
        run._check_files(now)
        if run.error_count:
            return self._warn(
                self.env._(
                    "Something has changed since the check. Look at the findings and mend the file."
                )
            )
        run._check_startable()
        run.write({"state": "running", "started_at": now, "started_by_id": self.env.uid})
        self.env.ref("rc_membership.ir_cron_golive").sudo()._trigger()  # crons are the system's
        return True

    def _check_startable(self):
        """Refuse to start what is not decided; extended by addons."""
        if self.open_match_count:
            raise UserError(
                self.env._(
                    "%s lines have the e-mail of a contact. Decide each: the same person, or "
                    "somebody else.",
                    self.open_match_count,
                )
            )
        if not self.line_count:
            raise UserError(self.env._("There is nothing in the files."))

    def _warn(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_retry(self):
        """Try lines that failed once more."""
        self._check_manager()
        for run in self.sudo():  # see action_start
            if run.state != "attention":
                raise UserError(self.env._("No line failed."))
            run.line_ids.filtered(lambda x: x.state == "error").write(
                {"state": "todo", "error": False}
            )
            run.write({"state": "running", "finished_at": False})
        self.env.ref("rc_membership.ir_cron_golive").sudo()._trigger()  # see action_start

    def action_view_lines(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_golive_line_action"
        )
        return {**action, "domain": [("run_id", "in", self.ids)]}

    def action_view_matches(self):
        self.check_access("read")
        action = self.action_view_lines()
        domain = [("run_id", "in", self.ids), ("match_id", "!=", False)]
        return {**action, "domain": domain}

    # ------------------------------------------------------------------
    # Totals
    # ------------------------------------------------------------------

    def _refresh_totals(self):
        """READ the file's sums and the books' sums, and write them beside each other."""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT kind, "group", COUNT(*), COALESCE(SUM(amount), 0)::text
                  FROM rc_golive_line WHERE run_id = %s GROUP BY kind, "group"
                """,
                self.id,
            )
        )
        booked = {
            kind: getattr(self, f"_read_booked_{kind}")() for kind in {row[0] for row in rows}
        }
        kinds = [kind for kind, _label in self._get_kinds()]
        rows.sort(key=lambda row: (kinds.index(row[0]), row[1]))
        self.total_ids.unlink()
        self.env["rc.golive.total"].create(
            [
                self._prepare_total(kinds.index(kind), kind, group, (count, amount), booked[kind])
                for kind, group, count, amount in rows
            ]
        )

    def _prepare_total(self, sequence, kind, group, in_file, booked):
        count, amount = in_file[0], Decimal(in_file[1])
        booked_count, booked_amount = booked.get(group, (0, Decimal(0)))
        return {
            "run_id": self.id,
            "sequence": sequence,
            "kind": kind,
            "group": group,
            "file_count": count,
            "file_amount": float(amount),
            "booked_count": booked_count,
            "booked_amount": float(booked_amount),
            "difference": float(booked_amount - amount),
            "is_equal": (count, amount) == (booked_count, booked_amount),
        }
