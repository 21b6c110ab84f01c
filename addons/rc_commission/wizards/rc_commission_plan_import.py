import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kernel.errors import PlanError
from ..kernel.plan_file import load_plan
from ..wording import overview_html, plan_overview, plan_problem

FILE_LIMIT = 1_000_000  # bytes; the longest plan we ship has 7 000


class RcCommissionPlanImport(models.TransientModel):
    """A plan file is read, shown as sentences, and becomes a plan or a new draft version."""

    _name = "rc.commission.plan.import"
    _description = "Import a Plan File"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    file_data = fields.Binary("Plan File", attachment=False)
    file_name = fields.Char()
    text = fields.Text("Its Text", compute="_compute_text", store=True, readonly=False)
    problem = fields.Char(compute="_compute_preview")
    preview_html = fields.Html("It Says", compute="_compute_preview", sanitize=False)
    plan_id = fields.Many2one("rc.commission.plan", compute="_compute_preview")
    code = fields.Char("For the Plan", compute="_compute_preview")

    @api.depends("file_data")
    def _compute_text(self):
        for wizard in self:
            if wizard.file_data:
                wizard.text = wizard._decode()

    def _decode(self):
        try:
            content = base64.b64decode(self.file_data)
        except (binascii.Error, ValueError):
            raise UserError(
                self.env._("This file did not arrive whole. Choose it again.")
            ) from None
        if len(content) > FILE_LIMIT:
            raise UserError(self.env._("This is too large for a plan file. Choose another file."))
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UserError(
                self.env._("This is no text file. Choose a plan file in YAML or JSON, in UTF-8.")
            ) from None

    @api.depends("text", "company_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            wizard.problem = wizard.preview_html = wizard.plan_id = wizard.code = False
            if not (wizard.text or "").strip():
                continue
            try:
                definition, currency = wizard._read()
            except PlanError as error:
                wizard.problem = plan_problem(self.env, error, wizard.text)
                continue
            wizard.code = definition["plan"]
            wizard.plan_id = wizard._find_plan(definition["plan"])
            overview = plan_overview(self.env, definition, currency)
            wizard.preview_html = overview_html(self.env, overview)

    def _read(self):
        """Return the definition and its currency, or raise ``PlanError``."""
        definition = load_plan(self.text or "")
        return definition, self.env["rc.commission.plan.version"]._check_definition(definition)

    def _find_plan(self, code):
        return (
            self.env["rc.commission.plan"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id), ("code", "=", code)], limit=1)
        )

    def action_import(self):
        """Create the plan, or a new draft version of it, and open the draft."""
        self.ensure_one()
        self.env["rc.commission.plan"].check_access("create")
        try:
            definition, _currency = self._read()
        except PlanError as error:
            raise ValidationError(plan_problem(self.env, error, self.text)) from error
        plan = self._find_plan(definition["plan"])
        if plan:
            version = self.env["rc.commission.plan.version"].create(
                {"plan_id": plan.id, "source": self.text}
            )
        else:
            plan = self.env["rc.commission.plan"]._import_text(self.text, self.company_id)
            version = plan.version_ids
        return version.action_open()
