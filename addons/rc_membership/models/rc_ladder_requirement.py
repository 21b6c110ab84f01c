from fractions import Fraction

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import company_zone, exact
from ..kernel.ladders import Requirement
from ..kernel.periods import utc_midnight

PERIODS = [
    ("lifetime", "Ever"),
    ("month", "Calendar Month"),
    ("quarter", "Quarter"),
    ("year", "Year"),
]


class RcLadderRequirement(models.Model):
    """What a rank asks for: a metric that reaches a figure within a period.

    A new metric is one more selection value and a method ``_read_metric_<name>``.
    """

    _name = "rc.ladder.requirement"
    _description = "Requirement of a Rank"
    _order = "rank_id, id"
    _check_company_auto = True

    rank_id = fields.Many2one("rc.ladder.rank", required=True, ondelete="cascade", index=True)
    ladder_id = fields.Many2one(related="rank_id.ladder_id")
    company_id = fields.Many2one(related="rank_id.company_id", store=True, index=True)
    metric = fields.Selection(
        [("points_earned", "Points earned"), ("growth_value", "Growth value")],
        required=True,
        default="points_earned",
    )
    period = fields.Selection(PERIODS, required=True, default="lifetime")
    at_least = fields.Float(required=True, digits=(16, 2))

    _at_least_not_negative = models.Constraint(
        "CHECK (at_least >= 0)", "A requirement is a figure from zero."
    )

    @api.depends("metric", "period", "at_least")
    def _compute_display_name(self):
        metrics = dict(self._fields["metric"]._description_selection(self.env))
        periods = dict(self._fields["period"]._description_selection(self.env))
        for requirement in self:
            requirement.display_name = self.env._(
                "%(metric)s (%(period)s): at least %(figure)s",
                metric=metrics.get(requirement.metric, ""),
                period=periods.get(requirement.period, ""),
                figure=f"{exact(requirement.at_least).normalize():f}",
            )

    def _get_kernel(self):
        self.ensure_one()
        return Requirement(self.metric, self.period, Fraction(exact(self.at_least)))

    # ------------------------------------------------------------------
    # Metrics
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _read_metric(self, metric, program, partner_ids=None, since=None, until=None):
        """Return partner id → exact number of a metric within ``[since, until)``, set-based.

        :param partner_ids: None: of everybody who has some
        """
        if partner_ids is not None and not partner_ids:
            return {}
        read = getattr(self, f"_read_metric_{metric}")
        return read(program, partner_ids, since, until)

    def _read_metric_points_earned(self, program, partner_ids, since, until):
        """Points granted (earned, bonus and bought) less what was taken back."""
        conditions = [SQL("account.program_id = %s", program.id)]
        if partner_ids is not None:
            conditions.append(SQL("account.partner_id = ANY(%s)", list(partner_ids)))
        zone = company_zone(program.company_id)
        if since:
            conditions.append(SQL("entry.occurred_at >= %s", utc_midnight(since, zone)))
        if until:
            conditions.append(SQL("entry.occurred_at < %s", utc_midnight(until, zone)))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.partner_id,
                       SUM(CASE entry.kind WHEN 'earn' THEN entry.amount ELSE -entry.amount END)
                           ::text
                  FROM rc_point_entry entry
                  JOIN rc_point_account account
                    ON account.id = COALESCE(entry.credit_account_id, entry.debit_account_id)
                 WHERE entry.kind IN ('earn', 'take_back') AND %s
                 GROUP BY account.partner_id
                """,
                SQL(" AND ").join(conditions),
            )
        )
        return {partner_id: Fraction(total) for partner_id, total in rows}

    def _read_metric_growth_value(self, program, partner_ids, since, until):
        """Steps of the growth value, up and down."""
        return self.env["rc.growth.entry"]._read_sums(program, partner_ids, since, until)
