from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel.plan_file import load_plan

SHIPPED = ("internal_staff", "partners", "promoters")
PLANS_FOLDER = Path(__file__).parents[1] / "plans"


class RcCommissionPlan(models.Model):
    """A compensation plan of a company: its rules stand in versions, one in force at a time."""

    _name = "rc.commission.plan"
    _description = "Commission Plan"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
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
    def _load_shipped(self, company, date_from=None):
        """Create the shipped plans a company does not have, and put them in force.

        A plan whose currency is not the company's stays a draft: its amounts need a look first.
        """
        date_from = date_from or fields.Date.context_today(self)
        created = self.browse()
        for sequence, code in enumerate(SHIPPED, 1):
            if self.search_count([("company_id", "=", company.id), ("code", "=", code)], limit=1):
                continue
            text = (PLANS_FOLDER / f"{code}.yaml").read_text(encoding="utf-8")
            plan = self._import_text(text, company)
            plan.sequence = sequence
            version = plan.version_ids
            if version.currency_id == company.currency_id:
                version.date_from = date_from
                version._publish(date_from)
            created |= plan
        return created

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
            draft = self.env["rc.commission.plan.version"].create(
                {"plan_id": self.id, "source": newest.source}
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.commission.plan.version",
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    def action_view_awards(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_award_action"
        )
        return {**action, "domain": [("version_id.plan_id", "=", self.id)], "context": {}}
