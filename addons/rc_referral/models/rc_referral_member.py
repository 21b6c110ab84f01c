from odoo import fields, models
from odoo.tools import SQL

from ..history import DEPENDS, MEMBERS, SALES

LTV_DAYS = 90


class RcReferralMember(models.Model):
    """Everybody who was brought: how long until they paid, what they bought, did they buy again."""

    _name = "rc.referral.member"
    _inherit = ["rc.referral.source.mixin"]
    _description = "Referred Member"
    _auto = False
    _order = "joined_on desc, id desc"
    _rec_name = "member_id"
    _depends = DEPENDS
    _rc_rates = {
        "paid_rate": ("paid_count", "member_count"),
        "repeat_rate": ("repeat_count", "paid_count"),
    }
    _rc_ratios = {"ltv": ("sales_90", "paid_count")}

    member_id = fields.Many2one("res.partner", readonly=True)
    joined_on = fields.Date("Signed up on", readonly=True)
    paid_on = fields.Date("First Paid on", readonly=True)
    days_to_pay = fields.Integer("Days until Paid", readonly=True, aggregator="avg")
    member_count = fields.Integer("Members", readonly=True)
    paid_count = fields.Integer("Paid", readonly=True)
    repeat_count = fields.Integer(
        "Bought Again",
        readonly=True,
        help="With a second payment within 90 days of the first.",
    )
    sales = fields.Monetary(readonly=True, aggregator="sum")
    sales_90 = fields.Monetary(
        "Sales in 90 Days",
        readonly=True,
        aggregator="sum",
        help="Until 90 days after the first payment.",
    )
    paid_rate = fields.Float("Paid (%)", readonly=True, aggregator="avg")
    repeat_rate = fields.Float("Bought Again (%)", readonly=True, aggregator="avg")
    ltv = fields.Monetary(
        "Sales in 90 Days per Payer",
        readonly=True,
        aggregator="avg",
        help="What somebody who pays brings in 90 days.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH sale AS (%(sales)s),
            first AS (
                SELECT member_id, MIN(paid_on) AS paid_on FROM sale WHERE is_invoice GROUP BY 1
            ),
            summed AS (
                SELECT sale.member_id, first.paid_on, SUM(sale.amount) AS sales,
                       SUM(sale.amount) FILTER (WHERE sale.paid_on < first.paid_on + %(days)s)
                           AS sales_90,
                       (COUNT(*) FILTER (WHERE sale.is_invoice
                                           AND sale.paid_on < first.paid_on + %(days)s) > 1)::int
                           AS repeat_count
                  FROM sale JOIN first ON first.member_id = sale.member_id
                 GROUP BY 1, 2
            )
            SELECT member.id, member.member_id, live.sponsor_id AS partner_id, member.code_id,
                   member.campaign_id, member.team_id, member.source, member.company_id,
                   company.currency_id, member.bound_at::date AS joined_on, summed.paid_on,
                   CASE WHEN summed.paid_on IS NOT NULL
                        THEN GREATEST(summed.paid_on - member.bound_at::date, 0) END AS days_to_pay,
                   1 AS member_count, (summed.member_id IS NOT NULL)::int AS paid_count,
                   COALESCE(summed.repeat_count, 0) AS repeat_count,
                   COALESCE(summed.sales, 0) AS sales, COALESCE(summed.sales_90, 0) AS sales_90,
                   CASE WHEN summed.member_id IS NULL THEN 0 ELSE 100 END::float AS paid_rate,
                   (summed.repeat_count * 100)::float AS repeat_rate, summed.sales_90 AS ltv
              FROM (%(members)s) member
              JOIN res_company company ON company.id = member.company_id
              LEFT JOIN rc_sponsor_edge live ON live.member_id = member.member_id
                   AND live.ended_at IS NULL
              LEFT JOIN summed ON summed.member_id = member.member_id
            """,
            sales=SALES,
            members=MEMBERS,
            days=LTV_DAYS,
        )
