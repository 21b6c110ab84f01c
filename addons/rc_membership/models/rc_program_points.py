from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..adapters import exact
from ..kernel.points import Limits

LOCK_YEARS = (1, 2, 3)


class RcProgram(models.Model):
    """How long points last, how many may be spent, what locking them adds."""

    _inherit = "rc.program"

    point_earned_months = fields.Integer(
        "Earned Points Last", help="Months until earned points expire. 0: they never do."
    )
    point_bonus_months = fields.Integer(
        "Bonus Points Last", help="Months until bonus points expire. 0: they never do."
    )
    point_bought_months = fields.Integer(
        "Bought Points Last", help="Months until bought points expire. 0: they never do."
    )
    point_spend_day = fields.Integer(
        "Points Spent a Day", default=100_000, help="Most points a member can spend a day. 0: any."
    )
    point_spend_month = fields.Integer(
        "Points Spent a Month",
        default=500_000,
        help="Most points a member can spend in a calendar month. 0: any.",
    )
    point_confirm_above = fields.Integer(
        "Confirm Above",
        default=10_000,
        help="Spending more points at once than this needs a second confirmation. 0: never.",
    )
    point_lock_percent_1 = fields.Float("Locked 1 Year", digits=(16, 2), default=20)
    point_lock_percent_2 = fields.Float("Locked 2 Years", digits=(16, 2), default=50)
    point_lock_percent_3 = fields.Float(
        "Locked 3 Years",
        digits=(16, 2),
        default=100,
        help="What locking points adds at maturity, in percent. 0: not offered.",
    )

    _point_settings = models.Constraint(
        "CHECK (point_earned_months >= 0 AND point_bonus_months >= 0 AND point_bought_months >= 0"
        " AND point_spend_day >= 0 AND point_spend_month >= 0 AND point_confirm_above >= 0"
        " AND point_lock_percent_1 >= 0 AND point_lock_percent_2 >= 0"
        " AND point_lock_percent_3 >= 0)",
        "Months, limits and percentages of points cannot be negative.",
    )

    @api.private
    def _get_points_expiry(self, nature, granted_on):
        """Return the first day on which points granted on a day cannot be spent, or None."""
        self.ensure_one()
        months = self[f"point_{nature}_months"]
        return granted_on + relativedelta(months=months) if months else None

    @api.private
    def _get_points_limits(self):
        self.ensure_one()
        return Limits(
            exact(self.point_spend_day),
            exact(self.point_spend_month),
            exact(self.point_confirm_above),
        )

    @api.private
    def _get_lock_terms(self):
        """Return years → percent of growth, of the terms that are offered."""
        self.ensure_one()
        terms = {years: exact(self[f"point_lock_percent_{years}"]) for years in LOCK_YEARS}
        return {years: percent for years, percent in terms.items() if percent}
