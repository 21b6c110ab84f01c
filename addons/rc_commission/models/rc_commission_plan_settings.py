import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kernel.errors import PlanError
from ..kernel.plan_file import load_plan, to_json
from ..kernel.plan_form import SETTINGS, ranks_of, show_fields, write_settings
from ..wording import change_rows, changes_html, plan_problem
from ..wording.words import kind_labels, region_labels, role_labels

PREFIX = "plan_"
NAMES = [f"{PREFIX}{field.name}" for field in SETTINGS]


class RcCommissionPlanSettings(models.AbstractModel):
    """The settings of a version as fields, beside its plan file: both show one definition."""

    _name = "rc.commission.plan.settings"
    _description = "Settings of a Plan Version"

    plan_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the Plan",
        compute="_compute_settings",
        readonly=False,
        help="All amounts of the plan are in it.",
    )
    plan_roles = fields.Char(
        "Who Can Earn",
        compute="_compute_settings",
        readonly=False,
        help="Nothing chosen: everybody.",
    )
    plan_basis = fields.Selection(
        [("net", "Net amount"), ("gross", "Gross amount"), ("margin", "Margin")],
        "Percentages Are Of",
        compute="_compute_settings",
        readonly=False,
    )
    plan_hold_days = fields.Integer(
        "Days Held",
        compute="_compute_settings",
        readonly=False,
        help="Commissions are payable after so many days, in which the buyer may be refunded.",
    )
    plan_hold = fields.Selection(
        [("week", "Week"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        "Held Until Over",
        compute="_compute_settings",
        readonly=False,
        help="Instead of days: commissions are payable once this period is over.",
    )
    plan_clawback = fields.Selection(
        [("proportional", "In proportion"), ("full", "In full"), ("none", "Nothing")],
        "Taken Back After Refunds",
        compute="_compute_settings",
        readonly=False,
    )
    plan_settlement_day = fields.Integer(
        "Day of Settlement", compute="_compute_settings", readonly=False
    )
    plan_settlement_minimum = fields.Char(
        "Smallest Bill", compute="_compute_settings", readonly=False
    )
    plan_level_limit = fields.Integer(
        "Levels",
        compute="_compute_settings",
        readonly=False,
        help="Greatest distance from the buyer that is paid. 0: no limit.",
    )
    plan_per_sale = fields.Char(
        "Limit of a Sale",
        compute="_compute_settings",
        readonly=False,
        help="All commissions of a sale together stay within this share of it, like 40%.",
    )
    plan_per_payee_day = fields.Char(
        "Limit of a Payee and Day", compute="_compute_settings", readonly=False
    )
    plan_on_limit = fields.Selection(
        [
            ("scale", "All are scaled down"),
            ("cut", "The last ones are cut"),
            ("review", "All wait for a decision"),
        ],
        "At the Limit of a Sale",
        compute="_compute_settings",
        readonly=False,
    )
    plan_point_price = fields.Char(
        "Value of a Point",
        compute="_compute_settings",
        readonly=False,
        help="For percentages given as points. Empty: the program's.",
    )
    vocabulary = fields.Json(compute="_compute_vocabulary")
    previous_id = fields.Many2one(
        "rc.commission.plan.version", "Before", compute="_compute_previous_id"
    )
    changes_html = fields.Html("Changes", compute="_compute_changes_html", sanitize=False)

    @api.depends("definition")
    def _compute_settings(self):
        for version in self:
            definition = json.loads(version.definition or "{}")
            for name, value in show_fields(SETTINGS, definition).items():
                version[PREFIX + name] = value
            version.plan_currency_id = version.currency_id

    @api.model_create_multi
    def create(self, vals_list):
        settings = [self._pop_settings(vals) for vals in vals_list]
        versions = super().create(vals_list)
        for version, values in zip(versions, settings, strict=True):
            version._change_settings(values)
        return versions

    def write(self, vals):
        vals = dict(vals)
        settings = self._pop_settings(vals)
        result = super().write(vals)
        for version in self:
            version._change_settings(settings)
        return result

    @api.model
    def _pop_settings(self, vals):
        """Take the settings out of values to write: they are words of the plan file."""
        return {name: vals.pop(name) for name in ("plan_currency_id", *NAMES) if name in vals}

    def _change_settings(self, settings):
        """Write settings into the plan file; refuse what makes no sense."""
        if not settings:
            return
        self._check_editable()
        if not self.definition:
            self._inverse_source()
        before = json.loads(self.definition)
        definition = self._write_settings(before, settings)
        if definition != before:
            self._apply(definition)

    @api.model
    def _write_settings(self, base, settings):
        """Return the definition with some settings changed."""
        form = {
            name.removeprefix(PREFIX): "" if value is False else value
            for name, value in settings.items()
            if name != "plan_currency_id"
        }
        definition = write_settings(form, base)
        if settings.get("plan_currency_id"):
            currency = self.env["res.currency"].browse(settings["plan_currency_id"])
            definition["currency"] = currency.name
        return definition

    @api.onchange("source")
    def _onchange_source(self):
        """Show what the file says as soon as it is left, or what is wrong with it."""
        try:
            definition = load_plan(self.source or "")
            currency = self._check_definition(definition)
        except PlanError as error:
            return self._warn(error, self.source or "")
        text = self.source
        self.definition = to_json(definition)
        self.file_text = text
        self.currency_id = currency
        return None

    @api.onchange("plan_currency_id", *NAMES)
    def _onchange_settings(self):
        """Write a setting into the file as soon as it is left."""
        if not self.definition:
            return None
        before = json.loads(self.definition)
        try:
            settings = {name: self[name] for name in NAMES}
            settings["plan_currency_id"] = self.plan_currency_id.id
            definition = self._write_settings(before, settings)
            currency = self._check_definition(definition)
        except PlanError as error:
            return self._warn(error)
        if definition != before:
            self.definition = to_json(definition)
            self.file_text = False
            self.currency_id = currency
        return None

    def _warn(self, error, text=None):
        title = self.env._("This cannot be saved yet")
        return {"warning": {"title": title, "message": plan_problem(self.env, error, text)}}

    @api.depends("definition")
    @api.depends_context("lang")
    def _compute_vocabulary(self):
        known = self._get_known_words()
        for version in self:
            version.vocabulary = known | self._get_plan_words(
                json.loads(version.definition or "{}")
            )

    @api.model
    @api.private
    def _get_known_words(self):
        """Return the words that editors offer, whatever the plan: kind → [code, label]."""
        tiers = self.env["rc.tier"].search([])
        products = self.env["product.product"].search(
            [("default_code", "!=", False), ("sale_ok", "=", True)], limit=200
        )
        return {
            "roles": [[code, str(label)] for code, label in role_labels(self.env)],
            "kinds": [[code, str(label)] for code, label in kind_labels(self.env)],
            "regions": [
                ["any", self.env._("any")],
                ["none", self.env._("none")],
                *([code, str(label)] for code, label in region_labels(self.env)),
            ],
            "tiers": list({tier.code: [tier.code, tier.name] for tier in tiers}.values()),
            "products": [[product.default_code, product.name] for product in products],
        }

    @api.model
    @api.private
    def _get_plan_words(self, definition):
        """Return the words a plan brings: ladders, ranks, pools, rules."""
        ladders = {
            code: [rank.get("rank", "") for rank in ranks_of(ladder)]
            for code, ladder in (definition.get("ladders") or {}).items()
        }
        rules = definition.get("rules") or []
        pools = {(rule.get("pay") or {}).get("pool") for rule in rules} - {None}
        return {
            "ladders": [[code, code] for code in ladders],
            "ranks": [[rank, rank] for ranks in ladders.values() for rank in ranks],
            "ladder_ranks": [
                [f"{code} / {rank}", f"{code} / {rank}"]
                for code, ranks in ladders.items()
                for rank in ranks
            ],
            "pools": [[pool, pool] for pool in sorted(pools)],
            "rules": [[rule["id"], rule["id"]] for rule in rules],
        }

    # ------------------------------------------------------------------
    # What changes
    # ------------------------------------------------------------------

    @api.depends("plan_id.version_ids.number")
    def _compute_previous_id(self):
        for version in self:
            others = version.plan_id.version_ids - version._origin
            version.previous_id = others.filtered(
                lambda other, number=version.number: other.number < number
            ).sorted("number")[-1:]

    @api.depends("definition", "plan_id.version_ids.definition")
    @api.depends_context("lang")
    def _compute_changes_html(self):
        for version in self:
            before = version.previous_id
            version.changes_html = bool(before) and version._get_changes_html(before)

    def _get_changes_html(self, before):
        """Return what changed since another version, as a table."""
        rows = change_rows(
            self.env,
            json.loads(before.definition),
            json.loads(self.definition),
            before.currency_id,
            self.currency_id,
        )
        return changes_html(self.env, rows)

    # ------------------------------------------------------------------
    # Rules and ladders
    # ------------------------------------------------------------------

    def action_edit_rule(self, rule_id=None):
        """Open the form of a rule, or of a new one."""
        self._check_editable()
        editor = self.env["rc.commission.rule.editor"]._open(self, rule_id)
        return self._prepare_editor_action(editor, self.env._("Rule"))

    def action_edit_ladder(self, code=None):
        """Open the form of a ladder, or of a new one."""
        self._check_editable()
        editor = self.env["rc.commission.ladder.editor"]._open(self, code)
        return self._prepare_editor_action(editor, self.env._("Ladder"))

    def action_remove_rule(self, rule_id):
        self._check_editable()
        definition = json.loads(self.definition)
        definition["rules"] = [rule for rule in definition["rules"] if rule["id"] != rule_id]
        self._apply(definition)

    def action_move_rule(self, rule_id, place):
        """Put a rule to another place (from 0) in the order of the rules."""
        self._check_editable()
        definition = json.loads(self.definition)
        rule = next(rule for rule in definition["rules"] if rule["id"] == rule_id)
        definition["rules"].remove(rule)
        definition["rules"].insert(place, rule)
        self._apply(definition)

    def action_remove_ladder(self, code):
        self._check_editable()
        definition = json.loads(self.definition)
        definition.get("ladders", {}).pop(code, None)
        if not definition.get("ladders"):
            definition.pop("ladders", None)
        self._apply(definition)

    def _check_editable(self):
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(
                self.env._("A published version never changes. Create a new version instead.")
            )

    def _apply(self, definition):
        """Store a definition an editor made; refuse it with a sentence if it makes no sense."""
        try:
            self._check_definition(definition)
        except PlanError as error:
            raise ValidationError(plan_problem(self.env, error)) from error
        self._set_definition(definition)

    def _prepare_editor_action(self, editor, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": editor._name,
            "res_id": editor.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_compare(self):
        """Choose two versions to compare."""
        self.ensure_one()
        self.check_access("read")
        other = self.previous_id or (self.plan_id.version_ids - self)[:1]
        wizard = self.env["rc.commission.plan.compare"].create(
            {"plan_id": self.plan_id.id, "old_id": other.id or self.id, "new_id": self.id}
        )
        return self._prepare_editor_action(wizard, self.env._("Compare Versions"))

    def action_export(self):
        """Download the plan file."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file_data/{self.file_name}?download=true",
            "target": "download",
        }

    def action_open(self):
        """Open the version on a page of its own."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
