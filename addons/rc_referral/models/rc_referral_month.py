from odoo import fields, models
from odoo.tools import SQL

from ..history import CLICKS, DEPENDS, MEMBERS


class RcReferralMonth(models.Model):
    """How the network grows by itself, month by month: invitations per member × conversion = K."""

    _name = "rc.referral.month"
    _inherit = ["rc.referral.report.mixin"]
    _description = "Referral Month"
    _auto = False
    _order = "month desc"
    _rec_name = "month"
    _allow_sudo_commands = False
    _depends = DEPENDS
    _rc_stocks = {"participant_count": "month"}
    _rc_rates = {"conversion_rate": ("sign_up_count", "click_count")}
    _rc_ratios = {
        "invitation_ratio": ("click_count", "participant_count"),
        "k_factor": ("sign_up_count", "participant_count"),
    }

    month = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    participant_count = fields.Integer(
        "Participants",
        readonly=True,
        help="People who had a code, brought somebody or were brought until the month's end. Over"
        " several months: their average.",
    )
    click_count = fields.Integer("Invitations Opened", readonly=True)
    sign_up_count = fields.Integer("Sign-ups", readonly=True)
    invitation_ratio = fields.Float(
        "Invitations per Participant", readonly=True, aggregator="avg", digits=(16, 2)
    )
    conversion_rate = fields.Float("Conversion (%)", readonly=True, aggregator="avg")
    k_factor = fields.Float(
        "K",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="New members each participant brings in a month: invitations per participant × "
        "conversion. Above 1 the network grows by itself.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH fact AS (
                SELECT DATE_TRUNC('month', at)::date AS month, company_id, COUNT(*) AS clicks, 0 AS joined
                  FROM (%(clicks)s) click GROUP BY 1, 2
                 UNION ALL
                SELECT DATE_TRUNC('month', bound_at)::date, company_id, 0, COUNT(*)
                  FROM (%(members)s) member GROUP BY 1, 2
            ),
            summed AS (
                SELECT month, company_id, SUM(clicks)::int AS click_count,
                       SUM(joined)::int AS sign_up_count
                  FROM fact GROUP BY 1, 2
            ),
            owner AS (
                SELECT company_id, partner_id, MIN(since) AS since
                  FROM (SELECT company_id, partner_id, create_date AS since FROM rc_code
                         UNION ALL
                        SELECT company_id, sponsor_id, bound_at FROM rc_sponsor_edge
                         UNION ALL
                        SELECT company_id, member_id, bound_at FROM rc_sponsor_edge) known
                 GROUP BY 1, 2
            ),
            counted AS (
                SELECT summed.*, (
                           SELECT COUNT(*)::int FROM owner WHERE owner.company_id = summed.company_id
                              AND owner.since < summed.month + INTERVAL '1 month'
                       ) AS participant_count
                  FROM summed
            )
            SELECT company_id::bigint * 1000000
                       + (DATE_PART('year', month) * 12 + DATE_PART('month', month))::bigint AS id,
                   counted.*,
                   ROUND(click_count / NULLIF(participant_count, 0)::numeric, 2) AS invitation_ratio,
                   ROUND(sign_up_count * 100.0 / NULLIF(click_count, 0), 2) AS conversion_rate,
                   ROUND(sign_up_count / NULLIF(participant_count, 0)::numeric, 2) AS k_factor
              FROM counted
            """,
            clicks=CLICKS,
            members=MEMBERS,
        )
