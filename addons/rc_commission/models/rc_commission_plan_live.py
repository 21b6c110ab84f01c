from odoo import models
from odoo.exceptions import UserError

# what plans may give and nothing pays out yet: a plan that promises it must not be in force
NOT_LIVE = ("coupon", "days")


class RcCommissionPlanVersion(models.Model):
    """What a version needs to be in force."""

    _inherit = "rc.commission.plan.version"

    def _publish(self, date_from):
        self._check_gives()
        return super()._publish(date_from)

    def _check_gives(self):
        for version in self.filtered(lambda v: not v.override_reason):  # scenarios may try them
            for rule in version._parse().rules:
                if rule.give in NOT_LIVE:
                    raise UserError(
                        self.env._(
                            "The rule “%(rule)s” gives %(what)s. Such rewards cannot be handed out "
                            "yet: a plan with this rule runs in scenarios only. Give cash or points "
                            "instead, or leave the rule out.",
                            rule=rule.id,
                            what={
                                "coupon": self.env._("coupons"),
                                "days": self.env._("membership days"),
                            }[rule.give],
                        )
                    )
