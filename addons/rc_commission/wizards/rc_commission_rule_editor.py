import json

from odoo import Command, api, fields, models

from ..kernel.errors import PlanError
from ..kernel.plan_form import BY, OF, PAY, RULE, read_rule, write_rule
from ..wording import plan_problem, rule_sentence

PAY_NAMES = sorted({field.name for fields_ in PAY.values() for field in fields_})
RATE_NAMES = ["rate_kind", "rate", "by", "by_ladder", "marginal", *(field.name for field in BY)]
NAMES = [
    *(field.name for field in RULE),
    "pay_to",
    *PAY_NAMES,
    *RATE_NAMES,
    "budget",
    "budget_period",
    "reserve_share",
]
LINES = [
    *(f"{rows}.{name}" for rows in ("table_ids", "step_ids") for name in ("value", "rate")),
    *(f"{lines}.sentence" for lines in ("condition_ids", "until_ids", "reserve_ids")),
]


class RcCommissionRuleEditor(models.TransientModel):
    """A rule of a draft as a form. What the form does not show stays as the file has it."""

    _name = "rc.commission.rule.editor"
    _inherit = ["rc.commission.editor.mixin"]
    _description = "Form of a Rule"

    original = fields.Char(help="The rule's id when the form was opened; empty for a new rule.")
    sentence = fields.Char(compute="_compute_sentence")
    problem = fields.Char(compute="_compute_sentence")
    code = fields.Char("Id", help="A short word; part of every award's key.")
    # when
    trigger = fields.Selection("_selection_trigger", "When", required=True, default="payment")
    closes = fields.Selection(
        [("week", "Week"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year")], "Period"
    )
    renewal = fields.Selection(
        [("any", "Like any payment"), ("never", "Not paid"), ("only", "Only these")],
        "Renewals",
        default="any",
    )
    kinds = fields.Char("Only On", help="Nothing chosen: every kind of payment.")
    first = fields.Integer("Only the First Payments", help="Of each buyer. 0: all payments.")
    # who
    pay_to = fields.Selection("_selection_beneficiary", "Who", required=True, default="seller")
    parent_share = fields.Char("Share of the Parent Partner", help="Of the award, like 30%.")
    level = fields.Integer(help="1: who brought the buyer, 2: the one above them.")
    compress = fields.Boolean("Passed Up", help="If not eligible, the next one above earns it.")
    tree = fields.Selection([("sponsor", "Sponsor tree"), ("placement", "Placement tree")])
    start = fields.Selection(
        [("sponsor", "The buyer's sponsor"), ("seller", "The seller"), ("buyer", "The buyer")],
        "Starts At",
    )
    include_self = fields.Boolean("First Person Counts", default=True)
    ladder = fields.Char()
    rank = fields.Char(help="That rank or a higher one.")
    earner_rank = fields.Char("Rank of Who Earned")
    split = fields.Selection([("equal", "Equal parts"), ("weighted", "By their figure")], "Shared")
    person = fields.Char(help="The participant's number (id of the contact).")
    matched_rules = fields.Char("Rules Matched")
    pool_name = fields.Char("Pool")
    # how much
    rate_kind = fields.Selection(
        [
            ("plain", "One rate"),
            ("table", "A table"),
            ("brackets", "Steps of a figure"),
        ],
        "Rate Is",
        required=True,
        default="plain",
    )
    rate = fields.Char(help="10% of the amount, or an amount like 5.00.")
    by = fields.Selection("_selection_by", "Table By")
    by_ladder = fields.Char("Ladder of the Table")
    table_ids = fields.One2many("rc.commission.rate.editor", "table_id")
    by_metric = fields.Selection("_selection_metric", "Figure")
    by_period = fields.Selection("_selection_period", "Counted Over")
    by_item_tier = fields.Char("Only Tier")
    by_item_product = fields.Char("Only Product")
    by_item_kind = fields.Char("Only Kind")
    by_metric_rank = fields.Char("Of Rank")
    by_leg = fields.Selection([("smaller", "Smaller"), ("larger", "Larger")], "Leg")
    by_carry = fields.Boolean("Carries the Excess Forward")
    marginal = fields.Boolean(
        "Each Part at Its Own Step", help="Else all of it is rated at the step that is reached."
    )
    step_ids = fields.One2many("rc.commission.rate.editor", "step_id", "Steps")
    per = fields.Selection(
        [("order", "Once per order"), ("unit", "For each unit")], "Amounts", default="order"
    )
    give = fields.Selection("_selection_give", "Given As", default="cash")
    rule_basis = fields.Selection(
        [("net", "Net amount"), ("gross", "Gross amount"), ("margin", "Margin")],
        "Percentage Of",
        help="Empty: as the plan says.",
    )
    of_metric = fields.Selection("_selection_metric", "Share Of")
    of_period = fields.Selection("_selection_period", "Share Counted Over")
    of_item_tier = fields.Char("Share Only of Tier")
    of_item_product = fields.Char("Share Only of Product")
    of_item_kind = fields.Char("Share Only of Kind")
    of_metric_rank = fields.Char("Share of Rank")
    of_leg = fields.Selection([("smaller", "Smaller"), ("larger", "Larger")], "Share of Leg")
    of_carry = fields.Boolean("Share Carries the Excess Forward")
    # for whom and how far
    condition_ids = fields.One2many("rc.commission.condition.editor", "rule_id", "Conditions")
    budget = fields.Char(help="What the rule may pay in all.")
    budget_period = fields.Selection(
        [
            ("day", "Day"),
            ("week", "Week"),
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
        ],
        "Budget Of",
        help="Empty: for all time.",
    )
    cap = fields.Char("Limit of a Payee")
    reserve_share = fields.Char("In Reserve", help="Share of each award that waits, like 20%.")
    until_ids = fields.One2many("rc.commission.condition.editor", "until_rule_id", "Waits Until")
    reserve_ids = fields.One2many(
        "rc.commission.condition.editor", "reserve_rule_id", "Waits Only For"
    )

    @api.model
    def _open(self, version, rule_id=None):
        """Return the form of a version's rule, or of a new one."""
        definition = json.loads(version.definition)
        rules = {rule["id"]: rule for rule in definition["rules"]}
        rule = rules.get(rule_id) or {"on": "payment", "pay": {"to": "seller"}, "rate": "10%"}
        form = read_rule(rule)
        rows = self.env["rc.commission.rate.editor"]._prepare_rows
        return self.create(
            {
                "version_id": version.id,
                "base": json.dumps(rule),
                "original": rule_id,
                **{name: form[name] for name in NAMES if name in form},
                "code": rule.get("id") or self._get_free_code(rules),
                "table_ids": rows(form["table"]),
                "step_ids": rows(form["steps"]),
                "condition_ids": self._prepare_conditions(version, form["conditions"]),
                "until_ids": self._prepare_conditions(version, form["reserve_until"], True),
                "reserve_ids": self._prepare_conditions(version, form["reserve_when"]),
            }
        )

    @api.model
    def _get_free_code(self, rules):
        number = len(rules) + 1
        while f"rule{number}" in rules:
            number += 1
        return f"rule{number}"

    @api.depends(*NAMES, *LINES, "version_id")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for editor in self:
            editor.sentence = editor.problem = False
            try:
                definition, rule = editor._to_definition()
                editor.sentence = rule_sentence(
                    self.env, definition, rule, editor.version_id.currency_id
                )
                editor.version_id._check_definition(definition)
            except PlanError as error:
                editor.problem = plan_problem(self.env, error)

    def _to_rule(self):
        """Return the rule of the plan file the form describes."""
        form = self._get_form(NAMES)
        for name in PAY_NAMES:
            if name not in {field.name for field in PAY.get(self.pay_to, ())}:
                form.pop(name)
        form["table"] = [(row.value or "", row.rate or "") for row in self.table_ids]
        form["steps"] = [(row.value or "0", row.rate or "") for row in self.step_ids]
        form["conditions"] = [line._to_condition() for line in self.condition_ids]
        form["reserve_until"] = [line._to_condition() for line in self.until_ids]
        form["reserve_when"] = [line._to_condition() for line in self.reserve_ids]
        if not self.of_metric:
            form |= {field.name: field.default for field in OF}
        return write_rule(form, json.loads(self.base or "{}"))

    def _to_definition(self):
        """Return the whole definition with this rule, and the rule."""
        definition, rule = json.loads(self.version_id.definition), self._to_rule()
        ids = [other["id"] for other in definition["rules"]]
        if self.original in ids:
            definition["rules"][ids.index(self.original)] = rule
        else:
            definition["rules"].append(rule)
        return definition, rule

    def action_save(self):
        """Write the rule back into the plan file."""
        self.ensure_one()
        self.version_id._check_editable()
        try:
            definition, _rule = self._to_definition()
        except PlanError as error:
            self._refuse(error)
        self.version_id._apply(definition)
        return {"type": "ir.actions.act_window_close"}


class RcCommissionRateEditor(models.TransientModel):
    """A row of a table of rates, or a step of a figure."""

    _name = "rc.commission.rate.editor"
    _description = "Row of a Table of Rates"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    table_id = fields.Many2one("rc.commission.rule.editor", ondelete="cascade")
    step_id = fields.Many2one("rc.commission.rule.editor", ondelete="cascade")
    value = fields.Char()
    rate = fields.Char(help="10% or 5.00, or a table as in the file: {by: tier, table: {pro: 5%}}.")

    @api.model
    def _prepare_rows(self, rows):
        return [Command.create({"value": value, "rate": rate}) for value, rate in rows]
