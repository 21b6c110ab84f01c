import json

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..kernel.errors import PlanError
from ..kernel.plan_form import CONDITIONS, read_condition, write_condition
from ..wording import plan_problem
from ..wording.conditions import condition_text
from ..wording.words import (
    beneficiary_labels,
    by_labels,
    give_labels,
    metric_labels,
    period_labels,
    trigger_labels,
)


class RcCommissionEditorMixin(models.AbstractModel):
    """What the forms of rules, ladders and conditions share: the version and its words."""

    _name = "rc.commission.editor.mixin"
    _description = "Form of a Part of a Plan"

    version_id = fields.Many2one("rc.commission.plan.version", required=True, ondelete="cascade")
    base = fields.Text(help="The part of the plan file the form was opened on, as JSON.")
    vocabulary = fields.Json(compute="_compute_vocabulary")

    @api.depends("version_id")
    def _compute_vocabulary(self):
        for editor in self:
            editor.vocabulary = editor.version_id.vocabulary

    @api.model
    def _selection_metric(self):
        return metric_labels(self.env)

    @api.model
    def _selection_period(self):
        return period_labels(self.env)

    @api.model
    def _selection_trigger(self):
        return trigger_labels(self.env)

    @api.model
    def _selection_beneficiary(self):
        return beneficiary_labels(self.env)

    @api.model
    def _selection_by(self):
        return by_labels(self.env)

    @api.model
    def _selection_give(self):
        return give_labels(self.env)

    def _get_form(self, names):
        """Return the values of fields as the kernel's forms have them."""
        self.ensure_one()
        form = {}
        for name in names:
            field, value = self._fields[name], self[name]
            if field.type == "date":
                value = fields.Date.to_string(value)
            form[name] = value if field.type in ("boolean", "integer") else value or ""
        return form

    @api.model
    def _prepare_conditions(self, version, items, is_plain=False):
        """Return the commands that show conditions as lines."""
        return [
            Command.create(
                {
                    "version_id": version.id,
                    "base": json.dumps(item),
                    "is_plain": is_plain,
                    **read_condition(item),
                }
            )
            for item in items
        ]

    def _refuse(self, error):
        """Raise a refusal of the kernel as a sentence."""
        raise ValidationError(plan_problem(self.env, error)) from error


class RcCommissionConditionEditor(models.TransientModel):
    """A condition of a rule, or a requirement of a rank, as a form."""

    _name = "rc.commission.condition.editor"
    _inherit = ["rc.commission.editor.mixin"]
    _description = "Form of a Condition"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    is_plain = fields.Boolean(help="A requirement, worded without “if they have”.")
    rule_id = fields.Many2one("rc.commission.rule.editor", ondelete="cascade")
    until_rule_id = fields.Many2one("rc.commission.rule.editor", ondelete="cascade")
    reserve_rule_id = fields.Many2one("rc.commission.rule.editor", ondelete="cascade")
    any_rank_id = fields.Many2one("rc.commission.rank.editor", ondelete="cascade")
    all_rank_id = fields.Many2one("rc.commission.rank.editor", ondelete="cascade")
    kind = fields.Selection(
        [
            ("metric", "A figure"),
            ("self", "What the person is"),
            ("payee", "What the payee is"),
            ("buyer", "What the buyer is"),
            ("item", "What is bought"),
            ("order", "The order"),
            ("dates", "A time"),
            ("top", "The best"),
            ("text", "Written as in the file"),
        ],
        "About",
        required=True,
        default="metric",
    )
    text = fields.Text("As in the File", help="For example {any: [{active: true}, {kyc: true}]}.")
    metric = fields.Selection("_selection_metric", "Figure")
    of = fields.Selection([("payee", "Payee"), ("buyer", "Buyer")], "Whose", default="payee")
    period = fields.Selection("_selection_period", "Counted Over")
    item_tier = fields.Char("Only Tier")
    item_product = fields.Char("Only Product")
    item_kind = fields.Char("Only Kind")
    metric_rank = fields.Char("Of Rank")
    leg = fields.Selection([("smaller", "Smaller"), ("larger", "Larger")])
    carry = fields.Boolean("Carries the Excess Forward")
    bound = fields.Selection(
        [("at_least", "At least"), ("more_than", "More than"), ("below", "Less than")],
        default="at_least",
    )
    figure = fields.Char("How Much")
    roles = fields.Char()
    rank = fields.Char(help="That rank of a ladder or a higher one, like “chain / boss”.")
    is_earned = fields.Selection([("yes", "By merit"), ("no", "Granted")], "Rank Held")
    tiers = fields.Char()
    is_active = fields.Selection([("yes", "Running"), ("no", "Not running")], "Membership")
    has_kyc = fields.Selection([("yes", "Confirmed"), ("no", "Not confirmed")], "Identity")
    training = fields.Char("Trainings", help="All of them passed, separated by commas.")
    regions = fields.Char("Own Territories", help="Levels of the territories somebody owns.")
    countries = fields.Char(help="Codes like CN, US, separated by commas.")
    products = fields.Char()
    categories = fields.Char()
    channels = fields.Char()
    campaigns = fields.Char()
    number_at_most = fields.Integer("First Orders", help="Only the buyer's first so many orders.")
    amount_at_least = fields.Char("Smallest Order")
    date_from = fields.Date("From")
    date_to = fields.Date("Until (excluded)")
    count = fields.Integer("How Many")
    share = fields.Char("Or Which Share", help="Like 10%.")
    sentence = fields.Char("Condition", compute="_compute_sentence")

    @api.depends(lambda self: self._editor_fields())
    @api.depends_context("lang")
    def _compute_sentence(self):
        for line in self:
            try:
                item = line._to_condition()
                currency = line.version_id.currency_id
                text = condition_text(self.env, item, currency, plain=line.is_plain)
            except PlanError as error:
                text = plan_problem(self.env, error)
            line.sentence = text or self.env._("Not filled in yet")

    @api.model
    def _editor_fields(self):
        names = {field.name for fields_ in CONDITIONS.values() for field in fields_}
        return [*sorted(names), "kind", "text", "bound", "figure", "version_id", "base", "is_plain"]

    def _to_condition(self):
        """Return the condition of the plan file the form describes."""
        self.ensure_one()
        names = [field.name for field in CONDITIONS.get(self.kind, ())]
        form = self._get_form([*names, "kind", "text", "bound", "figure"])
        return write_condition(form, json.loads(self.base or "{}"))
