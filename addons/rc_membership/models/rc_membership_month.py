from odoo import fields, models
from odoo.tools import SQL

from ..history import DEPENDS, movements


class RcMembershipMonth(models.Model):
    """Members and MRR of each tier, month by month: the sums of all movements until then.

    MRR, in company currency: what plans cost a month. Its months add up for a program:
    former MRR + new + returned + expansion + contraction + churned = MRR at the month's end.
    """

    _name = "rc.membership.month"
    _inherit = ["rc.membership.report.mixin"]
    _description = "Membership Month"
    _auto = False
    _order = "month desc, program_id, tier_id"
    _rec_name = "month"
    _allow_sudo_commands = False
    _depends = DEPENDS
    _rc_stocks = dict.fromkeys(("active_count", "start_count", "cover_count", "mrr"), "month")
    _rc_rates = {
        "churn_rate": ("churn_count", "start_count"),
        "conversion_rate": ("conversion_count", "trial_count"),
    }

    month = fields.Date(readonly=True)
    is_current = fields.Boolean("This Month", readonly=True, help="Until today.")
    program_id = fields.Many2one("rc.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    tier_id = fields.Many2one("rc.tier", readonly=True)
    start_count = fields.Integer(
        "Members at the Start", readonly=True, help="Over several months: their average."
    )
    active_count = fields.Integer(
        "Active Members",
        readonly=True,
        help="Members with a running plan at the month's end, trials not counted. Over several"
        " months: their average.",
    )
    new_count = fields.Integer("New", readonly=True, help="Members with their first plan.")
    return_count = fields.Integer(
        "Returned", readonly=True, help="Members who had left and have a plan again."
    )
    churn_count = fields.Integer("Churned", readonly=True, help="Members whose plan ended.")
    moved_in_count = fields.Integer("Moved in", readonly=True, help="From another tier.")
    moved_out_count = fields.Integer("Moved out", readonly=True, help="To another tier.")
    trial_count = fields.Integer("Trials Started", readonly=True)
    conversion_count = fields.Integer(
        "Trials Converted", readonly=True, help="Members whose first plan was paid after a trial."
    )
    cover_count = fields.Integer(
        "Held without a Plan",
        readonly=True,
        help="Seats, gifts, trials, rewards and grants at the month's end. Over several months:"
        " their average.",
    )
    churn_rate = fields.Float(
        "Churn Rate (%)", readonly=True, aggregator="avg", help="Of the members at the start."
    )
    conversion_rate = fields.Float(
        "Trial Conversion (%)",
        readonly=True,
        aggregator="avg",
        help="First payments after a trial, of the trials started in the month.",
    )
    mrr = fields.Monetary(
        "MRR",
        readonly=True,
        aggregator="sum",
        help="What running plans cost a month (a year's price ÷ 12), without taxes, at the month's"
        " end. Over several months: the average.",
    )
    mrr_new = fields.Monetary("New MRR", readonly=True, aggregator="sum")
    mrr_return = fields.Monetary("Returned MRR", readonly=True, aggregator="sum")
    mrr_expansion = fields.Monetary(
        "Expansion", readonly=True, aggregator="sum", help="Upgrades and higher prices."
    )
    mrr_contraction = fields.Monetary(
        "Contraction", readonly=True, aggregator="sum", help="Downgrades and lower prices."
    )
    mrr_churn = fields.Monetary("Churned MRR", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        today = self._get_today()
        return SQL(
            """
            WITH movement AS MATERIALIZED (%(movements)s),
            cover AS (%(covers)s),
            flow AS (%(flows)s),
            summed AS (
                SELECT tier_id, DATE_TRUNC('month', date)::date AS month, %(sums)s
                  FROM flow GROUP BY 1, 2
            ),
            calendar AS (
                SELECT tier.id AS tier_id, tier.program_id, month::date AS month
                  FROM (SELECT tier.program_id, MIN(month) AS first FROM summed
                          JOIN rc_tier tier ON tier.id = summed.tier_id GROUP BY 1) program
                  JOIN rc_tier tier ON tier.program_id = program.program_id
                   AND tier.id IN (SELECT tier_id FROM summed)
                 CROSS JOIN GENERATE_SERIES(program.first, DATE_TRUNC('month', %(today)s::date),
                                            '1 month') AS month
            )
            SELECT calendar.tier_id::bigint * 100000
                       + (DATE_PART('year', calendar.month) * 12
                          + DATE_PART('month', calendar.month))::int AS id,
                   calendar.month, calendar.month = DATE_TRUNC('month', %(today)s::date) AS is_current,
                   calendar.program_id, calendar.tier_id, program.company_id, company.currency_id,
                   %(figures)s
              FROM calendar
              JOIN rc_program program ON program.id = calendar.program_id
              JOIN res_company company ON company.id = program.company_id
              LEFT JOIN summed ON summed.tier_id = calendar.tier_id
               AND summed.month = calendar.month
            WINDOW until AS (PARTITION BY calendar.tier_id ORDER BY calendar.month)
            """,
            movements=movements(today),
            covers=_covers(today),
            flows=_FLOWS,
            sums=SQL(", ").join(
                SQL("SUM(%(name)s) AS %(name)s", name=SQL.identifier(name)) for name in _SUMS
            ),
            figures=_FIGURES,
            today=today,
        )


_SUMS = (
    "member_change",
    "new_count",
    "return_count",
    "churn_count",
    "moved_in_count",
    "moved_out_count",
    "trial_count",
    "conversion_count",
    "cover_change",
    "mrr_change",
    "mrr_new",
    "mrr_return",
    "mrr_expansion",
    "mrr_contraction",
    "mrr_churn",
)

# what each movement adds to its tier; who moves leaves another one
_FLOWS = SQL(
    """
    SELECT tier_id, date,
           CASE WHEN tier_id <> from_tier_id THEN 1 ELSE member_change END AS member_change,
           (kind = 'new')::int AS new_count, (kind = 'return')::int AS return_count,
           (kind = 'churn')::int AS churn_count,
           COALESCE(tier_id <> from_tier_id, FALSE)::int AS moved_in_count, 0 AS moved_out_count,
           (kind = 'trial')::int AS trial_count, (kind = 'conversion')::int AS conversion_count,
           0 AS cover_change,
           CASE WHEN tier_id <> from_tier_id THEN mrr ELSE mrr_change END AS mrr_change,
           CASE WHEN kind = 'new' THEN mrr_change ELSE 0 END AS mrr_new,
           CASE WHEN kind = 'return' THEN mrr_change ELSE 0 END AS mrr_return,
           CASE WHEN kind IN ('upgrade', 'downgrade', 'price') THEN GREATEST(mrr_change, 0) ELSE 0
               END AS mrr_expansion,
           CASE WHEN kind IN ('upgrade', 'downgrade', 'price') THEN LEAST(mrr_change, 0) ELSE 0
               END AS mrr_contraction,
           CASE WHEN kind = 'churn' THEN mrr_change ELSE 0 END AS mrr_churn
      FROM movement
     UNION ALL
    SELECT from_tier_id, date, -1, 0, 0, 0, 0, 1, 0, 0, 0, -prev_mrr, 0, 0, 0, 0, 0
      FROM movement
     WHERE tier_id <> from_tier_id
     UNION ALL
    SELECT tier_id, date, 0, 0, 0, 0, 0, 0, 0, 0, cover_change, 0, 0, 0, 0, 0, 0 FROM cover
    """
)

_FIGURES = SQL(
    """
    (COALESCE(SUM(summed.member_change) OVER until, 0) - COALESCE(summed.member_change, 0))::int
        AS start_count,
    COALESCE(SUM(summed.member_change) OVER until, 0)::int AS active_count,
    COALESCE(SUM(summed.cover_change) OVER until, 0)::int AS cover_count,
    COALESCE(SUM(summed.mrr_change) OVER until, 0) AS mrr,
    COALESCE(summed.new_count, 0)::int AS new_count,
    COALESCE(summed.return_count, 0)::int AS return_count,
    COALESCE(summed.churn_count, 0)::int AS churn_count,
    COALESCE(summed.moved_in_count, 0)::int AS moved_in_count,
    COALESCE(summed.moved_out_count, 0)::int AS moved_out_count,
    COALESCE(summed.trial_count, 0)::int AS trial_count,
    COALESCE(summed.conversion_count, 0)::int AS conversion_count,
    COALESCE(summed.mrr_new, 0) AS mrr_new,
    COALESCE(summed.mrr_return, 0) AS mrr_return,
    COALESCE(summed.mrr_expansion, 0) AS mrr_expansion,
    COALESCE(summed.mrr_contraction, 0) AS mrr_contraction,
    COALESCE(summed.mrr_churn, 0) AS mrr_churn,
    ROUND(COALESCE(summed.churn_count, 0) * 100.0 / NULLIF(
        SUM(summed.member_change) OVER until - COALESCE(summed.member_change, 0), 0), 2)
        AS churn_rate,
    ROUND(summed.conversion_count * 100.0 / NULLIF(summed.trial_count, 0), 2) AS conversion_rate
    """
)


def _covers(today):
    """Return tiers held without a plan as +1 on the first day and -1 on the day after the last."""
    return SQL(
        """
        SELECT tier_id, start_on AS date, 1 AS cover_change
          FROM rc_tier_cover
         WHERE subscription_id IS NULL AND start_on <= %(today)s
           AND (ended_on IS NULL OR ended_on > start_on)
         UNION ALL
        SELECT tier_id, LEAST(end_on, ended_on), -1
          FROM rc_tier_cover
         WHERE subscription_id IS NULL AND LEAST(end_on, ended_on) <= %(today)s
           AND (ended_on IS NULL OR ended_on > start_on)
        """,
        today=today,
    )
