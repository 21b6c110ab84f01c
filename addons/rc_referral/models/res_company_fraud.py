"""Thresholds of the screening, with the values of practice as defaults."""

from odoo import fields, models

from ..kernel.fraud import REJECT_SCORE, REVIEW_SCORE

# whoever is measured is not told where the line is
STAFF = "base.group_system,rc_membership.group_program_manager"


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_fraud_review_score = fields.Integer(
        "Held from a Score of", default=REVIEW_SCORE, groups=STAFF
    )
    rc_fraud_reject_score = fields.Integer(
        "Refused from a Score of",
        default=REJECT_SCORE,
        help="Only who is the same person by company, mailbox, number, account or card is refused"
        " without anybody looking; other signals stay below this score.",
        groups=STAFF,
    )
    rc_fraud_address_hour = fields.Integer(
        "Sign-ups an Hour from One Address", default=5, groups=STAFF
    )
    rc_fraud_address_day = fields.Integer(
        "Sign-ups a Day from One Address", default=5, groups=STAFF
    )
    rc_fraud_device_max = fields.Integer("Sign-ups on One Device", default=10, groups=STAFF)
    rc_fraud_near_hours = fields.Integer(
        "Hours in Which an Address Is the Same", default=72, groups=STAFF
    )
    rc_fraud_network_days = fields.Integer(
        "Days in Which a Device or Neighbourhood Is the Same", default=30, groups=STAFF
    )
    rc_fraud_fast_seconds = fields.Integer("Seconds from Click to Sign-up", default=5, groups=STAFF)
    rc_fraud_refund_percent = fields.Integer("Refunds in Per Cent", default=10, groups=STAFF)
    rc_fraud_refund_least = fields.Integer("Counted from so Many Payers", default=5, groups=STAFF)
    rc_fraud_rate_sigma = fields.Integer("Standard Deviations from Others", default=3, groups=STAFF)
    rc_fraud_click_flood = fields.Integer(
        "Clicks an Hour from One Address", default=300, groups=STAFF
    )
    rc_fraud_challenge_after = fields.Integer(
        "Challenge after so Many Tries", default=3, groups=STAFF
    )
    rc_fraud_mark_days = fields.Integer("Days Marks Are Kept", default=90, groups=STAFF)

    _rc_fraud_scores = models.Constraint(
        "CHECK (rc_fraud_review_score > 0 AND rc_fraud_reject_score > rc_fraud_review_score)",
        "Something is held before it is refused, and both need a score above zero.",
    )
    _rc_fraud_positive = models.Constraint(
        "CHECK (LEAST(rc_fraud_address_hour, rc_fraud_address_day, rc_fraud_device_max,"
        " rc_fraud_near_hours, rc_fraud_network_days,"
        " rc_fraud_refund_percent, rc_fraud_refund_least, rc_fraud_rate_sigma,"
        " rc_fraud_click_flood, rc_fraud_challenge_after) >= 1)",
        "A threshold of the screening is at least 1.",
    )
    _rc_fraud_fast = models.Constraint(
        "CHECK (rc_fraud_fast_seconds >= 0)", "Seconds are not negative; 0: nobody is too fast."
    )
    _rc_fraud_kept = models.Constraint(
        "CHECK (rc_fraud_mark_days BETWEEN 1 AND 180)", "Marks are kept 1 to 180 days."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_fraud_review_score = fields.Integer(
        related="company_id.rc_fraud_review_score", readonly=False
    )
    rc_fraud_reject_score = fields.Integer(
        related="company_id.rc_fraud_reject_score", readonly=False
    )
    rc_fraud_address_hour = fields.Integer(
        related="company_id.rc_fraud_address_hour", readonly=False
    )
    rc_fraud_address_day = fields.Integer(related="company_id.rc_fraud_address_day", readonly=False)
    rc_fraud_device_max = fields.Integer(related="company_id.rc_fraud_device_max", readonly=False)
    rc_fraud_near_hours = fields.Integer(related="company_id.rc_fraud_near_hours", readonly=False)
    rc_fraud_network_days = fields.Integer(
        related="company_id.rc_fraud_network_days", readonly=False
    )
    rc_fraud_fast_seconds = fields.Integer(
        related="company_id.rc_fraud_fast_seconds", readonly=False
    )
    rc_fraud_refund_percent = fields.Integer(
        related="company_id.rc_fraud_refund_percent", readonly=False
    )
    rc_fraud_refund_least = fields.Integer(
        related="company_id.rc_fraud_refund_least", readonly=False
    )
    rc_fraud_rate_sigma = fields.Integer(related="company_id.rc_fraud_rate_sigma", readonly=False)
    rc_fraud_click_flood = fields.Integer(related="company_id.rc_fraud_click_flood", readonly=False)
    rc_fraud_challenge_after = fields.Integer(
        related="company_id.rc_fraud_challenge_after", readonly=False
    )
    rc_fraud_mark_days = fields.Integer(related="company_id.rc_fraud_mark_days", readonly=False)
