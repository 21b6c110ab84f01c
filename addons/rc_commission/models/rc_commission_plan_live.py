from odoo import models

from .rc_commission_gift import GIFTS


class RcCommissionPlanVersion(models.Model):
    """What a version needs to be in force."""

    _inherit = "rc.commission.plan.version"

    def _publish(self, date_from):
        self._check_gives()
        return super()._publish(date_from)

    def _check_gives(self):
        """Refuse a plan that gives coupons or days and does not say which."""
        for version in self:
            for give in {rule.give for rule in version._parse().rules} & {*GIFTS}:
                version.plan_id._get_gift_values(give, 1)
