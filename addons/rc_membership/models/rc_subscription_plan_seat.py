"""Extra seats of a team that changes its plan: they go along, and are paid for."""

from odoo import Command, models

from ..exceptions import Refusal


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    def _get_kept_seats_price(self, plan):
        """Extra seats go along to another plan, for its whole first period."""
        return super()._get_kept_seats_price(plan) + (
            self._get_plan_seat_price(plan) * max(self.extra_seat_count, 0)
        )

    def _get_unused_credit(self, on, currency):
        _price, seats = self._get_seat_price(max(self.extra_seat_count, 0), on)
        return super()._get_unused_credit(on, currency) + seats

    def _count_paid_changes(self):
        return super()._count_paid_changes() + len(self.seat_change_ids)

    def _check_change(self, plan, when):
        super()._check_change(plan, when)
        if self.extra_seat_count > 0 and not self._get_seat_product(plan):
            raise Refusal(
                self.env._(
                    "%(plan)s has no extra seats. Give the %(count)s you bought back first.",
                    plan=plan.rc_tier_id.name,
                    count=self.extra_seat_count,
                ),
                "limit_reached",
            )

    def _prepare_change_vals(self, plan, on):
        vals = super()._prepare_change_vals(plan, on)
        if self.extra_seat_count > 0 and (product := self._get_seat_product(plan)):
            line = {
                "product_id": product.id,
                "product_uom_qty": self.extra_seat_count,
                "price_unit": float(self._get_plan_seat_price(plan)),
            }
            vals["order_line"].insert(1, Command.create(line))
        return vals
