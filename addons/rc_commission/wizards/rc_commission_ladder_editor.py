import json

from odoo import Command, api, fields, models

from ..kernel.errors import PlanError
from ..kernel.plan_form import RANK, ranks_of, read_rank, write_ladder, write_rank
from ..wording import plan_problem
from ..wording.metrics import words_of
from ..wording.plans import rank_text


class RcCommissionLadderEditor(models.TransientModel):
    """A ladder of a draft as a form: its ranks from low to high, each with its requirements."""

    _name = "rc.commission.ladder.editor"
    _inherit = ["rc.commission.editor.mixin"]
    _description = "Form of a Ladder"

    original = fields.Char(help="The ladder's name when the form was opened; empty for a new one.")
    code = fields.Char("Name")
    roles = fields.Char("Who Stands on It", help="Nothing chosen: who can earn by the plan.")
    rank_ids = fields.One2many("rc.commission.rank.editor", "ladder_id", "Ranks, from low to high")
    problem = fields.Char(compute="_compute_problem")

    @api.model
    def _open(self, version, code=None):
        """Return the form of a version's ladder, or of a new one."""
        ladders = json.loads(version.definition).get("ladders") or {}
        ladder = ladders.get(code)
        roles = words_of(ladder.get("roles")) if isinstance(ladder, dict) else []
        rank = self.env["rc.commission.rank.editor"]
        return self.create(
            {
                "version_id": version.id,
                "base": json.dumps(ladder),
                "original": code,
                "code": code or "ladder",
                "roles": ", ".join(roles),
                "rank_ids": [
                    Command.create({"sequence": number, **rank._prepare_rank(version, values)})
                    for number, values in enumerate(ranks_of(ladder))
                ],
            }
        )

    @api.depends("code", "roles", "rank_ids.code", "rank_ids.sentence")
    def _compute_problem(self):
        for editor in self:
            editor.problem = False
            try:
                editor.version_id._check_definition(editor._to_definition())
            except PlanError as error:
                editor.problem = plan_problem(self.env, error)

    def _to_definition(self):
        """Return the whole definition with this ladder at its place."""
        definition = json.loads(self.version_id.definition)
        ranks = [rank._to_rank() for rank in self.rank_ids]
        ladder = write_ladder(self.roles or "", ranks, json.loads(self.base or "null"))
        ladders = {
            (self.code if code == self.original else code): (
                ladder if code == self.original else other
            )
            for code, other in (definition.get("ladders") or {}).items()
        }
        ladders.setdefault(self.code, ladder)
        definition["ladders"] = ladders
        # rules stand last in a file
        definition["rules"] = definition.pop("rules")
        return definition

    def action_save(self):
        """Write the ladder back into the plan file."""
        self.ensure_one()
        self.version_id._check_editable()
        try:
            definition = self._to_definition()
        except PlanError as error:
            self._refuse(error)
        self.version_id._apply(definition)
        return {"type": "ir.actions.act_window_close"}


class RcCommissionRankEditor(models.TransientModel):
    """A rank of a ladder as a form."""

    _name = "rc.commission.rank.editor"
    _inherit = ["rc.commission.editor.mixin"]
    _description = "Form of a Rank"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    ladder_id = fields.Many2one("rc.commission.ladder.editor", ondelete="cascade")
    code = fields.Char("Rank")
    after = fields.Char("Only After", help="The rank that must be held before this one.")
    demote = fields.Boolean(
        "Can Be Lost", default=True, help="When its requirements are no longer met."
    )
    grace = fields.Integer(
        "Periods of Grace", help="Closed periods below the requirements before it is lost."
    )
    all_ids = fields.One2many(
        "rc.commission.condition.editor", "all_rank_id", "All of These Are Needed"
    )
    any_ids = fields.One2many(
        "rc.commission.condition.editor", "any_rank_id", "One of These Is Enough"
    )
    sentence = fields.Char("Requirements", compute="_compute_sentence")

    @api.model
    def _prepare_rank(self, version, rank):
        form = read_rank(rank)
        return {
            "version_id": version.id,
            "base": json.dumps(rank),
            **{field.name: form[field.name] for field in RANK},
            "all_ids": self._prepare_conditions(version, form["all"], True),
            "any_ids": self._prepare_conditions(version, form["any"], True),
        }

    @api.depends("after", "demote", "grace", "all_ids.sentence", "any_ids.sentence", "version_id")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rank in self:
            try:
                rank.sentence = rank_text(self.env, rank._to_rank(), rank.version_id.currency_id)
            except PlanError as error:
                rank.sentence = plan_problem(self.env, error)

    def _to_rank(self):
        """Return the rank of the plan file the form describes."""
        form = self._get_form([field.name for field in RANK])
        form["all"] = [line._to_condition() for line in self.all_ids]
        form["any"] = [line._to_condition() for line in self.any_ids]
        return write_rank(form, json.loads(self.base or "{}"))
