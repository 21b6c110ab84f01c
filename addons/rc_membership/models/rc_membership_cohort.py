from odoo import fields, models
from odoo.tools import SQL

from ..history import DEPENDS, steps


class RcMembershipCohort(models.Model):
    """Of the members whose first plan began in a month: how many have one so many months later."""

    _name = "rc.membership.cohort"
    _inherit = ["rc.membership.report.mixin"]
    _description = "Membership Cohort"
    _auto = False
    _order = "cohort desc, program_id, tier_id, age_months"
    _rec_name = "cohort"
    _allow_sudo_commands = False
    _depends = DEPENDS
    _rc_rates = {"retention_rate": ("member_count", "cohort_size")}

    cohort = fields.Date("First Month", readonly=True, help="In which the first plan began.")
    age_months = fields.Integer("Months Since", readonly=True, aggregator=None)
    month = fields.Date(readonly=True)
    program_id = fields.Many2one("rc.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    tier_id = fields.Many2one("rc.tier", "First Tier", readonly=True)
    cohort_size = fields.Integer("Members at First", readonly=True)
    member_count = fields.Integer(
        "Members Still There", readonly=True, help="With a running plan at the month's end."
    )
    retention_rate = fields.Float("Retention (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        # a stretch counts in each month on whose last day (today, in this month) it lasts
        return SQL(
            """
            WITH step AS (%(steps)s),
            cohort AS (
                SELECT tier_id, program_id, company_id, DATE_TRUNC('month', start_on)::date AS cohort,
                       COUNT(*)::int AS cohort_size
                  FROM step WHERE prev_start IS NULL GROUP BY 1, 2, 3, 4
            ),
            present AS (
                SELECT first_tier_id AS tier_id, DATE_TRUNC('month', first_on)::date AS cohort,
                       month::date AS month, COUNT(*) AS member_count
                  FROM step
                 CROSS JOIN GENERATE_SERIES(
                       DATE_TRUNC('month', start_on),
                       CASE WHEN end_on IS NULL OR end_on > %(today)s
                            THEN DATE_TRUNC('month', %(today)s::date)
                            ELSE DATE_TRUNC('month', end_on) - INTERVAL '1 month' END,
                       '1 month') AS month
                 GROUP BY 1, 2, 3
            )
            SELECT cohort.tier_id::bigint * 10000000000
                       + (DATE_PART('year', cohort.cohort) * 12
                          + DATE_PART('month', cohort.cohort))::bigint * 10000 + age.age AS id,
                   cohort.*, age.age AS age_months, age.month,
                   COALESCE(present.member_count, 0)::int AS member_count,
                   ROUND(COALESCE(present.member_count, 0) * 100.0 / cohort.cohort_size, 2)
                       AS retention_rate
              FROM cohort
             CROSS JOIN LATERAL (
                   SELECT month::date AS month, (ROW_NUMBER() OVER (ORDER BY month) - 1)::int AS age
                     FROM GENERATE_SERIES(cohort.cohort, DATE_TRUNC('month', %(today)s::date),
                                          '1 month') AS month
             ) age
              LEFT JOIN present ON present.tier_id = cohort.tier_id
               AND present.cohort = cohort.cohort AND present.month = age.month
            """,
            steps=steps(self._get_today()),
            today=self._get_today(),
        )
