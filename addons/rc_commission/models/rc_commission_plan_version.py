import base64
import json

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..db import freeze_published_versions
from ..kernel.errors import PlanError
from ..kernel.plan import parse_plan
from ..kernel.plan_file import load_plan, to_json, to_yaml
from ..kernel.plan_review import check_sense, needed_apps
from ..wording import plan_overview, plan_problem, reason_sentences, rules_html

_TEMPLATE = """plan: {code}
name: {name}
currency: {currency}
basis: net
hold_days: 30
settlement: {{day: 15, minimum: "0.00"}}
limits: {{levels: 2}}
rules:
  - {{id: direct, on: payment, pay: {{to: seller}}, rate: 10%}}
"""


class RcCommissionPlanVersion(models.Model):
    """The rules of a plan for a time. Published, it never changes: a change is a new version."""

    _name = "rc.commission.plan.version"
    _inherit = ["rc.fact.mixin", "rc.commission.plan.settings"]
    _description = "Commission Plan Version"
    _order = "plan_id, number desc"
    _rec_name = "number"
    # back to draft over RPC would thaw a version that paid people; the definition comes in through
    # the plan file and the settings, which check it
    _rc_facts = (
        "number",
        "state",
        "date_to",
        "definition",
        "file_text",
        "published_by_id",
        "published_at",
        "override_reason",
    )

    plan_id = fields.Many2one("rc.commission.plan", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    number = fields.Integer(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    date_from = fields.Date(
        "In Force From", copy=False, help="The first day on which money received is paid by it."
    )
    date_to = fields.Date("Until (excluded)", readonly=True, copy=False)
    definition = fields.Text(
        readonly=True, copy=False, help="What the engine reads: the plan file as JSON."
    )
    file_text = fields.Text(
        readonly=True, copy=False, help="The plan file as it was written, with its comments."
    )
    source = fields.Text(
        "Plan File", compute="_compute_source", inverse="_inverse_source", copy=True
    )
    file_data = fields.Binary("Download", compute="_compute_file_data")
    file_name = fields.Char(compute="_compute_file_data")
    currency_id = fields.Many2one(
        "res.currency", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    settlement_day = fields.Integer(readonly=True, copy=False)
    overview = fields.Json(compute="_compute_overview")
    rules_html = fields.Html("Rules", compute="_compute_overview", sanitize=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    published_at = fields.Datetime(readonly=True, copy=False)
    override_reason = fields.Text(
        readonly=True,
        copy=False,
        help="Why a plan that needs an override was published all the same.",
    )

    _number_uniq = models.UniqueIndex("(plan_id, number)", "This version number is in use.")
    _dates_ordered = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "A version ends after it began."
    )
    _published_has_date = models.Constraint(
        "CHECK (state = 'draft' OR (date_from IS NOT NULL AND definition IS NOT NULL))",
        "A published version needs a date and rules.",
    )

    def init(self):
        super().init()
        freeze_published_versions(self.env.cr, self._table)

    @api.depends("plan_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(plan)s, version %(number)s", plan=version.plan_id.name, number=version.number
            )

    # ------------------------------------------------------------------
    # The plan file
    # ------------------------------------------------------------------

    @api.depends("definition", "file_text")
    def _compute_source(self):
        for version in self:
            if version.definition:
                version.source = version.file_text or to_yaml(json.loads(version.definition))
            else:
                version.source = _TEMPLATE.format(
                    code=version.plan_id.code or "plan",
                    name=version.plan_id.name or "Plan",
                    currency=(version.company_id or self.env.company).currency_id.name,
                )

    def _inverse_source(self):
        for version in self:
            text = version.source or ""
            version._set_definition(version._read_source(text), text)

    @api.depends("source", "plan_id.code", "number")
    def _compute_file_data(self):
        for version in self:
            version.file_data = base64.b64encode((version.source or "").encode())
            version.file_name = f"{version.plan_id.code}-{version.number or 0}.yaml"

    def _set_definition(self, definition, text=None):
        """Store a definition that was checked, with its file's text if that says more."""
        self.ensure_one()
        currency = self._find_currency(definition["currency"])
        plan = parse_plan(definition, currency.decimal_places)
        plain = json.loads(to_json(definition))
        # JSON is shown as YAML; a text that we would write ourselves is not kept twice
        if not text or text.lstrip().startswith("{") or text == to_yaml(plain):
            text = False
        values = {
            "definition": to_json(definition),
            "file_text": text,
            "currency_id": currency.id,
            "settlement_day": plan.settlement.day,
        }
        # it was checked above; what the engine reads is a fact of the system
        self.sudo().write(values)

    def _read_source(self, text):
        """Return the definition in a plan file's text; refuse it with place and suggestion."""
        self.ensure_one()
        try:
            definition = load_plan(text)
            self._check_definition(definition)
        except PlanError as error:
            raise ValidationError(plan_problem(self.env, error, text)) from error
        if definition["plan"] != self.plan_id.code:
            raise ValidationError(
                self.env._(
                    "The file is for the plan “%(file)s”, this is “%(plan)s”.",
                    file=definition["plan"],
                    plan=self.plan_id.code,
                )
            )
        return definition

    @api.model
    @api.private
    def _check_definition(self, definition):
        """Refuse (``PlanError``) what the engine cannot read, or what could never pay."""
        if not definition.get("currency"):
            raise PlanError("missing_key", "currency", key="currency")
        currency = self._find_currency(definition["currency"])
        parse_plan(definition, currency.decimal_places)
        check_sense(definition)
        for remark in needed_apps(definition):
            module = remark.values["module"]
            if module not in self.env.registry._init_modules:
                raise PlanError("not_installed", remark.path, **remark.values)
        return currency

    @api.model
    @api.private
    def _find_currency(self, name):
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", name)], limit=1)
        )
        if not currency:
            raise PlanError("unknown_currency", "currency", value=str(name))
        return currency

    @api.depends("definition")
    @api.depends_context("lang")
    def _compute_overview(self):
        for version in self:
            if not version.definition:
                version.overview = version.rules_html = False
                continue
            definition = json.loads(version.definition)
            currency = self._find_currency(definition["currency"])
            version.overview = plan_overview(self.env, definition, currency)
            version.rules_html = rules_html(version.overview)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("state", "draft") != "draft" for vals in vals_list):
            raise UserError(self.env._("A version starts as a draft. Publish it afterwards."))
        versions = super().create(vals_list)
        for version in versions:
            numbers = (version.plan_id.version_ids - version).mapped("number")
            version.sudo().number = max(numbers, default=0) + 1  # counted by the system
            if not version.definition:
                version._inverse_source()
        return versions

    def write(self, vals):
        fixed = set(vals) - {"state", "date_to"}
        if fixed and any(version.state != "draft" for version in self):
            raise UserError(
                self.env._("A published version never changes. Create a new version instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(version.state != "draft" for version in self):
            raise UserError(self.env._("Only drafts can be deleted; retire the version instead."))

    # ------------------------------------------------------------------
    # In force
    # ------------------------------------------------------------------

    def _is_in_force(self, on):
        self.ensure_one()
        return (
            self.state in ("published", "retired")
            and self.date_from <= on
            and (not self.date_to or self.date_to > on)
        )

    def _parse(self):
        """Return the kernel's PlanVersion."""
        self.ensure_one()
        if self.state == "draft":
            return self._build()
        return self._get_frozen(self.id)

    @tools.ormcache("version_id")
    def _get_frozen(self, version_id):
        return self.browse(version_id)._build()

    def _build(self):
        definition = json.loads(self.definition)
        currency = self._find_currency(definition["currency"])
        return parse_plan(definition, currency.decimal_places, self.number)

    def action_publish(self):
        """Put the version in force from its date; the one before it ends there."""
        self._check_manager()
        today = fields.Date.context_today(self)
        for version in self:
            if not version.date_from:
                version.date_from = today
            if version.date_from < today:
                raise UserError(
                    self.env._(
                        "A version cannot start in the past: what was received before today was "
                        "already paid by the version of its time. Choose today or a later day."
                    )
                )
            # the right was checked; what is in force is a fact of the system
            version.sudo()._publish(version.date_from)

    def _check_manager(self):
        self.check_access("write")
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise UserError(self.env._("Only a program manager can publish or retire a plan."))

    def _publish(self, date_from):
        """Move draft → published from ``date_from`` and end the version before.

        Multi-level and investment-like plans are refused: see :meth:`_publish_with_override`.
        """
        self.ensure_one()
        reasons = reason_sentences(self.env, json.loads(self.definition))
        if reasons and not self.override_reason:
            raise UserError(
                self.env._(
                    "This plan cannot be published: it needs an override by a named approver, which "
                    "the compliance guard will bring. Until then such plans only run in the "
                    "scenario runner. Take out what needs it, or keep the draft.\n\n%s",
                    "\n".join(f"• {reason}" for reason in reasons),
                )
            )
        self._put_in_force(date_from)

    def _publish_with_override(self, date_from, reason):
        """Publish a plan that needs an override, with the reason on record.

        The private door of the scenario runner, and of the compliance guard once it is there.
        """
        self.ensure_one()
        if not (reason or "").strip():
            raise UserError(self.env._("An override needs a reason."))
        self.sudo().override_reason = reason.strip()  # decided by the caller, kept by the system
        self._publish(date_from)

    def _put_in_force(self, date_from):
        if self.state != "draft":
            raise UserError(self.env._("Only a draft can be published."))
        if not self.currency_id.active:
            raise UserError(
                self.env._(
                    "The plan pays in %s, which is not an active currency. Activate it first.",
                    self.currency_id.name,
                )
            )
        others = self.plan_id.version_ids.filtered(lambda v: v.state == "published" and v != self)
        if any(other.date_from >= date_from for other in others):
            raise UserError(
                self.env._("The plan has a version from that day or later. Choose a later day.")
            )
        others.filtered(lambda v: not v.date_to).write({"date_to": date_from})
        self.write(
            {
                "date_from": date_from,
                "published_by_id": self.env.uid,
                "published_at": self.env.cr.now(),
            }
        )
        self.write({"state": "published"})

    def action_retire(self):
        """End a published version: from tomorrow on, its plan pays nothing new."""
        self._check_manager()
        tomorrow = fields.Date.add(fields.Date.context_today(self), days=1)
        for version in self:
            if version.state != "published":
                raise UserError(self.env._("Only a published version can be retired."))
            ends = max(version.date_from, tomorrow)
            # the right was checked; what is in force is a fact of the system
            version = version.sudo()
            if not version.date_to or version.date_to > ends:
                version.date_to = ends
            version.write({"state": "retired"})
