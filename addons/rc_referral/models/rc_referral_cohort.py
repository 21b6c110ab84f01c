from odoo import fields, models
from odoo.tools import SQL

from ..history import DEPENDS, MEMBERS, SALES


class RcReferralCohort(models.Model):
    """Of those who were brought in a month: how many paid in it, and in each month after."""

    _name = "rc.referral.cohort"
    _inherit = ["rc.referral.report.mixin"]
    _description = "Referral Cohort"
    _auto = False
    _order = "cohort desc, age_months"
    _rec_name = "cohort"
    _allow_sudo_commands = False
    _depends = DEPENDS
    _rc_rates = {"paying_rate": ("paying_count", "cohort_size")}

    cohort = fields.Date("Signed up in", readonly=True)
    age_months = fields.Integer("Months Since", readonly=True, aggregator=None)
    company_id = fields.Many2one("res.company", readonly=True)
    cohort_size = fields.Integer("Members at First", readonly=True)
    paying_count = fields.Integer("Members Who Paid", readonly=True)
    paying_rate = fields.Float("Paying (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH member AS MATERIALIZED (
                SELECT member_id, company_id, DATE_TRUNC('month', bound_at)::date AS cohort
                  FROM (%(members)s) brought
            ),
            cohort AS (SELECT cohort, company_id, COUNT(*)::int AS size FROM member GROUP BY 1, 2),
            paying AS (
                SELECT member.cohort, member.company_id,
                       DATE_TRUNC('month', sale.paid_on)::date AS month,
                       COUNT(DISTINCT sale.member_id)::int AS count
                  FROM (%(sales)s) sale JOIN member ON member.member_id = sale.member_id
                 WHERE sale.is_invoice
                 GROUP BY 1, 2, 3
            )
            SELECT cohort.company_id::bigint * 1000000000
                       + (DATE_PART('year', cohort.cohort) * 12
                          + DATE_PART('month', cohort.cohort))::bigint * 10000 + age.age AS id,
                   cohort.cohort, age.age AS age_months, cohort.company_id,
                   cohort.size AS cohort_size, COALESCE(paying.count, 0) AS paying_count,
                   ROUND(COALESCE(paying.count, 0) * 100.0 / cohort.size, 2) AS paying_rate
              FROM cohort
             CROSS JOIN LATERAL (
                   SELECT month::date AS month, (ROW_NUMBER() OVER (ORDER BY month) - 1)::int AS age
                     FROM GENERATE_SERIES(cohort.cohort, DATE_TRUNC('month', %(today)s::date),
                                          '1 month') AS month) age
              LEFT JOIN paying ON paying.cohort = cohort.cohort
                   AND paying.company_id = cohort.company_id AND paying.month = age.month
            """,
            members=MEMBERS,
            sales=SALES,
            today=self._get_today(),
        )
