from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel.plan_file import load_plan
from ..wording import overview_html, shipped_names, timeline_html

# in force once installed: they pay on one level, or two, for sales only
DEFAULT_ON = ("internal_staff", "partners", "promoters")
SHIPPED = (
    *DEFAULT_ON,
    "promoters_by_item",
    "referral_paid",
    "membership_linked",
    "cashback",
    "community_team",
    "package_referral",
    "patron_dividend",
    "chain_2_1",
    "chain_direct",
    "layered_1000",
    "green_points",
    "binary",
)
PLANS_FOLDER = Path(__file__).parents[1] / "plans"


class RcCommissionPlan(models.Model):
    """A compensation plan of a company: its rules stand in versions, one in force at a time."""

    _name = "rc.commission.plan"
    _description = "Commission Plan"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True, translate=True)
    code = fields.Char(
        required=True, help="The name of the plan in files and keys; never changes once it paid."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    version_ids = fields.One2many("rc.commission.plan.version", "plan_id", "Versions")
    current_version_id = fields.Many2one(
        "rc.commission.plan.version", "In Force", compute="_compute_current_version_id"
    )
    rules_html = fields.Html("Rules", compute="_compute_current_version_id", sanitize=False)
    overview_html = fields.Html(
        "What It Pays", compute="_compute_current_version_id", sanitize=False
    )
    timeline_html = fields.Html("Timeline", compute="_compute_timeline_html", sanitize=False)
    state = fields.Selection(
        [("draft", "Draft"), ("coming", "Coming"), ("in_force", "In Force"), ("retired", "Ended")],
        compute="_compute_current_version_id",
    )
    award_count = fields.Integer(compute="_compute_award_count")

    _code_uniq = models.UniqueIndex("(company_id, code)", "This plan code is in use.")

    @api.depends("version_ids.state", "version_ids.date_from", "version_ids.date_to")
    @api.depends_context("lang")
    def _compute_current_version_id(self):
        today = fields.Date.context_today(self)
        for plan in self:
            current = plan.version_ids.filtered(lambda v: v._is_in_force(today))[:1]
            plan.current_version_id = current
            plan.rules_html = current.rules_html
            plan.overview_html = bool(current) and overview_html(self.env, current.overview)
            plan.state = plan._get_state(today)

    def _get_state(self, today):
        published = self.version_ids.filtered(lambda v: v.state != "draft")
        if self.current_version_id:
            return "in_force"
        if any(version.date_from > today for version in published):
            return "coming"
        return "retired" if published else "draft"

    @api.depends("version_ids.state", "version_ids.date_from", "version_ids.date_to")
    @api.depends_context("lang")
    def _compute_timeline_html(self):
        today = fields.Date.context_today(self)
        for plan in self:
            versions = plan.version_ids.filtered(lambda v: v.state != "draft").sorted("date_from")
            plan.timeline_html = bool(versions) and timeline_html(
                self.env,
                [(v.number, v.date_from, v.date_to, v._is_in_force(today)) for v in versions],
            )

    def _compute_award_count(self):
        counts = dict(
            self.env["rc.commission.award"]._read_group(
                [("version_id.plan_id", "in", self.ids)], ["version_id"], ["__count"]
            )
        )
        for plan in self:
            plan.award_count = sum(counts.get(version, 0) for version in plan.version_ids)

    def write(self, vals):
        if {"code", "company_id"} & set(vals) and self.version_ids.filtered(
            lambda v: v.state != "draft"
        ):
            raise UserError(
                self.env._(
                    "The code and company of a plan are part of every payment's key. "
                    "Create a new plan instead."
                )
            )
        return super().write(vals)

    @api.model
    @api.private
    def _get_versions_in_force(self, company, on):
        """Return the versions of all plans of a company that are in force on the day ``on``."""
        return self._get_published(company).filtered(lambda version: version._is_in_force(on))

    @api.model
    @api.private
    def _get_published(self, companies):
        """Return all versions of the companies that were ever published, in the plans' order."""
        versions = self.env["rc.commission.plan.version"].search(
            [
                ("company_id", "in", companies.ids),
                ("plan_id.active", "=", True),
                ("state", "in", ("published", "retired")),
            ]
        )
        return versions.sorted(lambda version: (version.plan_id.sequence, version.plan_id.id))

    @api.model
    @api.private
    def _load_shipped(self, company, date_from=None, publish=True):
        """Create the shipped plans a company does not have; the usual ones are put in force.

        The others stay drafts to choose from. So does a plan whose currency is not the company's:
        its amounts need a look first.
        """
        date_from = date_from or fields.Date.context_today(self)
        created = self.browse()
        for sequence, code in enumerate(SHIPPED, 1):
            known = self.with_context(active_test=False)
            if known.search_count([("company_id", "=", company.id), ("code", "=", code)], limit=1):
                continue
            text = (PLANS_FOLDER / f"{code}.yaml").read_text(encoding="utf-8")
            plan = self._import_text(text, company)
            plan.sequence = sequence
            version = plan.version_ids
            if publish and code in DEFAULT_ON and version.currency_id == company.currency_id:
                version._publish(date_from)
            created |= plan
        created._translate_names([code for code, _name in self.env["res.lang"].get_installed()])
        return created

    @api.private
    def _translate_names(self, langs):
        """Let shipped plans that nobody renamed be named in these languages."""
        english = self.with_context(lang="en_US")
        names = shipped_names(english.env)
        shipped = english.filtered(lambda plan: plan.name == names.get(plan.code))
        for lang in set(langs) - {"en_US"}:
            own = shipped_names(self.with_context(lang=lang).env)
            for plan in shipped.with_context(lang=lang):
                if plan.name == names[plan.code]:
                    plan.update_field_translations("name", {lang: own[plan.code]})

    @api.model
    @api.private
    def _import_text(self, text, company):
        """Create a plan with a draft version from the text of a plan file."""
        definition = load_plan(text)
        plan = self.create(
            {
                "name": definition.get("name") or definition.get("plan"),
                "code": definition.get("plan"),
                "company_id": company.id,
            }
        )
        self.env["rc.commission.plan.version"].create({"plan_id": plan.id, "source": text})
        return plan

    def action_new_version(self):
        """Open a draft with the newest version's rules."""
        self.ensure_one()
        self.check_access("write")
        draft = self.version_ids.filtered(lambda v: v.state == "draft")[:1]
        if not draft:
            newest = self.version_ids[:1]
            # a plan without versions starts from the form's own example
            values = {"source": newest.source} if newest else {}
            draft = self.env["rc.commission.plan.version"].create({"plan_id": self.id, **values})
        return draft.action_open()

    def action_open_version(self):
        """Open the version in force, or the newest."""
        self.ensure_one()
        self.check_access("read")
        return (self.current_version_id or self.version_ids[:1]).action_open()

    def action_view_awards(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_award_action"
        )
        return {**action, "domain": [("version_id.plan_id", "=", self.id)], "context": {}}
