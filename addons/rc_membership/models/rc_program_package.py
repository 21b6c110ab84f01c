from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models

from ..adapters import exact


def _cny(records):
    return records.env.ref("base.CNY", raise_if_not_found=False) or records.env.company.currency_id


class RcProgram(models.Model):
    """How packages of points are sold in a program: limits, review, refund."""

    _inherit = "rc.program"

    package_currency_id = fields.Many2one(
        "res.currency",
        "Packages: Currency of Limits",
        default=_cny,
        required=True,
    )
    package_limit_day = fields.Monetary(
        "Purchase per Day",
        currency_field="package_currency_id",
        default=50000,
        help="What a member may buy packages for in a day; 0: without limit.",
    )
    package_limit_month = fields.Monetary(
        "Purchase per Month", currency_field="package_currency_id", default=200000
    )
    package_limit_year = fields.Monetary(
        "Purchase per Year", currency_field="package_currency_id", default=1000000
    )
    package_review_amount = fields.Monetary(
        "Reviewed above",
        currency_field="package_currency_id",
        default=10000,
        help="Points of a larger purchase are given after a manager's review; 0: never.",
    )
    package_review_count = fields.Integer(
        "Purchases in a Short Time",
        default=5,
        help="More purchases than this within the hours below are reviewed; 0: never.",
    )
    package_review_hours = fields.Integer("Short Time (Hours)", default=1)
    package_refund_fee = fields.Float("Refund Fee (%)", digits=(16, 2), default=10)
    package_share_max = fields.Float(
        "Bought Points at Most (%)",
        digits=(16, 2),
        default=30,
        help="Above this share of all points issued in a month a warning is shown.",
    )
    package_share = fields.Float(
        "Bought Points this Month (%)", digits=(16, 1), compute="_compute_package_share"
    )
    is_package_share_high = fields.Boolean(compute="_compute_package_share")

    _package_numbers = models.Constraint(
        "CHECK (package_limit_day >= 0 AND package_limit_month >= 0 AND package_limit_year >= 0"
        " AND package_review_amount >= 0 AND package_review_count >= 0"
        " AND package_review_hours > 0 AND package_refund_fee BETWEEN 0 AND 100"
        " AND package_share_max BETWEEN 0 AND 100)",
        "Limits of packages cannot be negative; fee and share are between 0 and 100 %.",
    )

    def _compute_package_share(self):
        month = fields.Date.context_today(self).replace(day=1)
        shares = self.env["rc.package.share"]._get_shares(self, month)
        for program in self:
            program.package_share = float(100 * shares.get(program.id, Fraction(0)))
            program.is_package_share_high = program.package_share > program.package_share_max

    def _get_package_limits(self):
        """Return day, month, year → Fraction; a limit of 0 is left out."""
        self.ensure_one()
        limits = {
            "day": self.package_limit_day,
            "month": self.package_limit_month,
            "year": self.package_limit_year,
        }
        return {period: Fraction(exact(limit)) for period, limit in limits.items() if limit}

    @api.private
    def _to_package_currency(self, amount, currency, on):
        """Return an exact amount in the currency of the limits, at the rate of ``on``.

        :param amount: Decimal or binary number of Odoo in ``currency``
        """
        self.ensure_one()
        own = self.package_currency_id
        if currency == own:
            return Fraction(exact(amount))
        value = currency._convert(float(amount), own, self.company_id, on, round=True)
        return Fraction(Decimal(exact(value)))
