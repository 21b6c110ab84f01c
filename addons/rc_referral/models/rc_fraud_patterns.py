"""Patterns of participants that the nightly scan looks for beside their figures."""

from odoo import api, models

from ..adapters_fraud_patterns import Patterns, count_refused_payments
from ..kernel.fraud import Signal
from ..kernel.fraud_patterns import quiet_days, sub_percent

SUB_CLICKS = 100  # fewer say nothing about where they come from


class RcFraudCase(models.Model):
    _inherit = "rc.fraud.case"

    @api.model
    def _judge_patterns(self, company, row):
        """Yield what bought adverts, one hidden source or a sudden burst show.

        :param row: ``Patterns``, None where there is nothing
        """
        row = row or Patterns()
        if row.brand_ads > company.rc_fraud_brand_clicks:
            yield Signal("brand", row.brand_ads, company.rc_fraud_brand_clicks)
        percent = sub_percent(row.clicks, row.of_one_sub, SUB_CLICKS)
        if percent > company.rc_fraud_sub_percent:
            yield Signal("sub_agent", percent, company.rc_fraud_sub_percent)
        is_rested = quiet_days(row.before, row.woke) >= company.rc_fraud_quiet_days
        if row.burst > company.rc_fraud_burst and is_rested:
            yield Signal("dormant", row.burst, company.rc_fraud_burst)

    @api.model
    def _judge_payments(self, edge, at):
        """Yield that many payments of a new member were refused: somebody tries cards."""
        company = edge.company_id.sudo()  # thresholds are kept from whom they measure
        refused = count_refused_payments(edge.member_id, at)
        if refused > company.rc_fraud_refused_payments:
            yield Signal("refused_payments", refused, company.rc_fraud_refused_payments)
