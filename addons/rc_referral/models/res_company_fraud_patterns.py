"""Thresholds of the patterns the screening knows, with the values of practice as defaults."""

from odoo import fields, models

from .res_company_fraud import STAFF


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_fraud_brand_words = fields.Char(
        "Our Names",
        groups=STAFF,
        help="What nobody may buy adverts on, with commas between. Empty: the company's name.",
    )
    rc_fraud_brand_clicks = fields.Integer("Clicks Bought on Our Names", default=3, groups=STAFF)
    rc_fraud_sub_percent = fields.Integer("Per Cent by One Sub-id", default=80, groups=STAFF)
    rc_fraud_quiet_days = fields.Integer("Days without a Sign-up", default=90, groups=STAFF)
    rc_fraud_burst = fields.Integer("Sign-ups a Week after Them", default=10, groups=STAFF)
    rc_fraud_refused_payments = fields.Integer("Refused Payments an Hour", default=5, groups=STAFF)

    _rc_fraud_patterns = models.Constraint(
        "CHECK (rc_fraud_brand_clicks >= 0 AND rc_fraud_sub_percent BETWEEN 1 AND 100"
        " AND LEAST(rc_fraud_quiet_days, rc_fraud_burst, rc_fraud_refused_payments) >= 1)",
        "A threshold of the screening is at least 1.",
    )

    def _rc_get_brand_words(self):
        """Return our names, as they may stand in a search."""
        self.ensure_one()
        company = self.sudo()  # thresholds are kept from whom they measure
        words = (company.rc_fraud_brand_words or "").replace("，", ",").split(",")
        return [word.strip() for word in words if word.strip()] or [company.name]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_fraud_brand_words = fields.Char(related="company_id.rc_fraud_brand_words", readonly=False)
    rc_fraud_brand_clicks = fields.Integer(
        related="company_id.rc_fraud_brand_clicks", readonly=False
    )
    rc_fraud_sub_percent = fields.Integer(related="company_id.rc_fraud_sub_percent", readonly=False)
    rc_fraud_quiet_days = fields.Integer(related="company_id.rc_fraud_quiet_days", readonly=False)
    rc_fraud_burst = fields.Integer(related="company_id.rc_fraud_burst", readonly=False)
    rc_fraud_refused_payments = fields.Integer(
        related="company_id.rc_fraud_refused_payments", readonly=False
    )
