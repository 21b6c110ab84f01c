from fractions import Fraction

from odoo import api, fields, models

from ..wording.metrics import metric_text, number_text
from ..wording.ranks import ladder_label, rank_label
from ..wording.words import MONEY_METRICS, in_period, metric_labels


class RcCommissionRank(models.Model):
    _inherit = "rc.commission.rank"

    ladder_name = fields.Char(compute="_compute_labels")
    rank_name = fields.Char(compute="_compute_labels")
    before_name = fields.Char("Before", compute="_compute_labels")
    values_text = fields.Char("Figures", compute="_compute_values_text")

    @api.depends("ladder", "rank", "before")
    @api.depends_context("lang")
    def _compute_labels(self):
        for change in self:
            change.ladder_name = ladder_label(self.env, change.ladder)
            change.rank_name = rank_label(self.env, change.rank)
            change.before_name = rank_label(self.env, change.before)

    @api.depends("rank", "ladder")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for change in self:
            change.display_name = self.env._(
                "%(who)s: %(rank)s (%(ladder)s)",
                who=change.partner_id.display_name,
                rank=rank_label(self.env, change.rank),
                ladder=ladder_label(self.env, change.ladder),
            )

    @api.depends("values", "misses")
    @api.depends_context("lang")
    def _compute_values_text(self):
        """Return the figures that caused the change: "own sales in the month: 1,200.00"."""
        for change in self:
            texts = [change._get_figure_text(*pair) for pair in (change.values or {}).items()]
            change.values_text = " · ".join(text for text in texts if text)

    def _get_figure_text(self, name, value):
        if name == "missed":
            return self.env._("closed periods below the requirements: %s", value)
        word, *rest = name.split(" ")
        if word not in dict(metric_labels(self.env)):
            return ""
        periods = ("day", "week", "month", "quarter", "year", "ever")
        period = next((part for part in rest if part in periods), None)
        what = metric_text(self.env, {"metric": word})
        only = [part for part in rest if part != period]
        if only:
            what = f"{what} ({', '.join(only)})"
        number = float(Fraction(str(value)))
        currency = self.version_id.currency_id
        if word in MONEY_METRICS and currency:
            text = currency.format(number)
        else:
            text = number_text(f"{number:.10g}")
        return f"{in_period(self.env, what, period)}: {text}"
