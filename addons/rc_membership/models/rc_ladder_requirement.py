from fractions import Fraction

from odoo import api, fields, models

from ..adapters import exact
from ..kernel.ladders import Requirement

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
        [
            ("points_earned", "Points earned"),
            ("growth_value", "Growth value"),
            ("purchases", "Money paid"),
            ("orders", "Orders paid"),
        ],
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
            metric = metrics.get(requirement.metric, "")
            figure = f"{exact(requirement.at_least):,f}".removesuffix(".00").removesuffix(".0")
            if requirement.period == "lifetime":
                name = self.env._("%(metric)s: from %(figure)s", metric=metric, figure=figure)
            else:
                name = self.env._(
                    "%(metric)s (%(period)s): from %(figure)s",
                    metric=metric,
                    period=periods.get(requirement.period, ""),
                    figure=figure,
                )
            requirement.display_name = name

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
        accounts = self.env["rc.point.account"].sudo()  # figures behind a rank, not the accounts
        partners = self.env["res.partner"].browse(partner_ids or ())
        if partner_ids is None:
            found = accounts.with_context(active_test=False)._read_group(
                [("program_id", "=", program.id)], ["partner_id"]
            )
            partners = self.env["res.partner"].union(*(partner for [partner] in found))
        return accounts._get_lifetime(partners, program, until=until, since=since)

    def _read_metric_growth_value(self, program, partner_ids, since, until):
        """Steps of the growth value, up and down."""
        return self.env["rc.growth.entry"]._read_sums(program, partner_ids, since, until)

    def _read_metric_purchases(self, program, partner_ids, since, until):
        """Net money received, in the company's currency."""
        sums = self.env["rc.member.purchase"]._read_sums(
            program.company_id, partner_ids, since, until
        )
        return {partner_id: net for partner_id, (net, _orders) in sums.items()}

    def _read_metric_orders(self, program, partner_ids, since, until):
        """Invoices with money received, less those of which nothing is left."""
        sums = self.env["rc.member.purchase"]._read_sums(
            program.company_id, partner_ids, since, until
        )
        return {partner_id: orders for partner_id, (_net, orders) in sums.items()}
