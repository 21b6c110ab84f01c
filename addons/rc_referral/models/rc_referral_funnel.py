from odoo import api, fields, models
from odoo.tools import SQL

from ..history import CLICKS, DEPENDS, PAYMENTS, REWARDS, SIGN_UPS, VERIFIED


class RcReferralFunnel(models.Model):
    """Clicks → sign-ups → verified → paid → renewed, and what it sold and cost; a row for each fact."""

    _name = "rc.referral.funnel"
    _inherit = ["rc.referral.source.mixin"]
    _description = "Referral Funnel"
    _auto = False
    _order = "at desc, id desc"
    _rec_name = "code_id"
    _depends = DEPENDS
    _rc_rates = {
        "sign_up_rate": ("sign_up_count", "click_count"),
        "paid_rate": ("paid_count", "sign_up_count"),
        "renewed_rate": ("renewed_count", "paid_count"),
    }
    _rc_ratios = {"roi": ("sales", "cost")}

    at = fields.Datetime("When", readonly=True)
    click_count = fields.Integer("Clicks", readonly=True)
    sign_up_count = fields.Integer("Sign-ups", readonly=True)
    verified_count = fields.Integer(
        "Verified", readonly=True, help="New members whose e-mail or phone is verified."
    )
    paid_count = fields.Integer("Paid", readonly=True, help="First payments of new members.")
    renewed_count = fields.Integer("Renewed", readonly=True, help="Second payments of new members.")
    sales = fields.Monetary(
        readonly=True,
        aggregator="sum",
        help="Paid invoices of members who were brought, less credit notes, without taxes.",
    )
    cost = fields.Monetary(
        "Cost of Rewards",
        readonly=True,
        aggregator="sum",
        help="What was given and not taken back.",
    )
    sign_up_rate = fields.Float("Sign-ups of Clicks (%)", readonly=True, aggregator="avg")
    paid_rate = fields.Float("Paid of Sign-ups (%)", readonly=True, aggregator="avg")
    renewed_rate = fields.Float("Renewed of Paid (%)", readonly=True, aggregator="avg")
    roi = fields.Float(
        "Sales per Reward Unit",
        readonly=True,
        aggregator="avg",
        help="Sales divided by their cost.",
    )

    @api.model
    def _get_arms(self):
        """Return the queries whose rows are the facts, each with its own ids (modulo 8).

        Addons that pay participants append what they pay as ``cost``.
        """
        return [CLICKS, SIGN_UPS, VERIFIED, PAYMENTS, REWARDS]

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT fact.*, company.currency_id,
                   CASE WHEN click_count > 0 THEN 0 END::float AS sign_up_rate,
                   NULL::float AS paid_rate, NULL::float AS renewed_rate, NULL::float AS roi
              FROM (%s) fact
              LEFT JOIN res_company company ON company.id = fact.company_id
            """,
            SQL(" UNION ALL ").join(self._get_arms()),
        )
