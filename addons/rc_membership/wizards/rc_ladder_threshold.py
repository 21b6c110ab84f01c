from dataclasses import replace
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..adapters import exact, local_day
from ..kernel.ladders import LIFETIME, Requirement, Standing, distribute
from ..models.rc_ladder_requirement import PERIODS


class RcLadderThreshold(models.TransientModel):
    """Change what a ladder's ranks ask for, and see first where members would stand."""

    _name = "rc.ladder.threshold"
    _description = "Thresholds of a Ladder"

    ladder_id = fields.Many2one("rc.ladder", required=True, readonly=True, ondelete="cascade")
    line_ids = fields.One2many("rc.ladder.threshold.line", "wizard_id", "Requirements")
    distribution = fields.Html(compute="_compute_distribution", sanitize=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        ladder = self.env["rc.ladder"].browse(values.get("ladder_id"))
        if ladder and "line_ids" in fields_list:
            values["line_ids"] = [
                (
                    0,
                    0,
                    {
                        "rank_id": requirement.rank_id.id,
                        "metric": requirement.metric,
                        "period": requirement.period,
                        "at_least": requirement.at_least,
                    },
                )
                for requirement in ladder.rank_ids.sorted().requirement_ids
            ]
        return values

    @api.depends(
        "ladder_id", "line_ids.rank_id", "line_ids.metric", "line_ids.period", "line_ids.at_least"
    )
    def _compute_distribution(self):
        for wizard in self:
            rows = wizard._get_distribution() if wizard.ladder_id else []
            wizard.distribution = self.env["ir.qweb"]._render(
                "rc_membership.ladder_distribution", {"rows": rows}
            )

    def _get_distribution(self):
        """Return one dict a rank: members on it now, and by the thresholds of the form.

        READ everybody's standing and figures in a handful of queries → DECIDE in memory.
        """
        self.ensure_one()
        # only counts leave this method; a program manager need not read each figure behind them
        ladder = self.ladder_id.sudo()
        ladder.check_access("read")
        today = local_day(fields.Datetime.now(), ladder.company_id)
        old = ladder._get_kernel()
        new = replace(
            old,
            ranks=tuple(
                replace(rank, requirements=self._get_requirements(rank.code)) for rank in old.ranks
            ),
        )
        self.env.flush_all()
        figures = ladder._read_figures(None, old.names | new.names, today)
        standings = ladder._read_standings()
        nobody = Standing(old.everybodys)
        members = set(standings) | set(figures)
        now = dict.fromkeys((None, *(rank.code for rank in old.ranks)), 0)
        for member in members:
            now[standings[member][0].rank if member in standings else nobody.rank] += 1
        then = distribute(
            new,
            (
                (
                    standings[member][0] if member in standings else Standing(new.everybodys),
                    figures.get(member, {}),
                )
                for member in members
            ),
        )
        names = {rank.code: rank.name for rank in ladder.rank_ids}
        top = max([1, *now.values(), *then.values()])
        return [
            {
                "name": names.get(code) or self.env._("No rank"),
                "now": now[code],
                "then": then[code],
                "change": then[code] - now[code],
                "now_share": 100 * now[code] // top,
                "then_share": 100 * then[code] // top,
            }
            for code in now
            if code is not None or now[None] or then[None]
        ]

    def _get_requirements(self, code):
        lines = self.line_ids.filtered(lambda line: line.rank_id.code == code)
        return tuple(
            Requirement(line.metric, line.period or LIFETIME, Fraction(exact(line.at_least)))
            for line in lines
            if line.metric
        )

    def action_save(self):
        """Program managers: write the thresholds; members rise at once, and fall at a close only."""
        self.ensure_one()
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can change thresholds."))
        self.ladder_id.check_access("write")
        # requirements have no write access for anybody: they change here, after they were shown
        ladder = self.ladder_id.sudo()
        before = ladder._get_threshold_text()
        ladder.rank_ids.requirement_ids.unlink()
        self.env["rc.ladder.requirement"].sudo().create(  # see above
            [
                {
                    "rank_id": line.rank_id.id,
                    "metric": line.metric,
                    "period": line.period,
                    "at_least": line.at_least,
                }
                for line in self.line_ids
                if line.rank_id.ladder_id == ladder
            ]
        )
        ladder.invalidate_recordset()
        after = ladder._get_threshold_text()
        if after != before:
            ladder.message_post(
                body=self.env._("Thresholds: %(before)s → %(after)s", before=before, after=after),
                author_id=self.env.user.partner_id.id,
            )
        ladder._review_all(local_day(fields.Datetime.now(), ladder.company_id))
        return {"type": "ir.actions.act_window_close"}


class RcLadderThresholdLine(models.TransientModel):
    """One requirement as it is to be."""

    _name = "rc.ladder.threshold.line"
    _description = "Requirement to Be"
    _order = "id"

    wizard_id = fields.Many2one("rc.ladder.threshold", required=True, ondelete="cascade")
    ladder_id = fields.Many2one(related="wizard_id.ladder_id")
    rank_id = fields.Many2one(
        "rc.ladder.rank",
        required=True,
        ondelete="cascade",
        domain="[('ladder_id', '=', ladder_id)]",
    )
    metric = fields.Selection(
        selection=lambda self: self.env["rc.ladder.requirement"]._fields["metric"].selection,
        required=True,
        default="points_earned",
    )
    period = fields.Selection(PERIODS, required=True, default="lifetime")
    at_least = fields.Float(required=True, digits=(16, 2))
