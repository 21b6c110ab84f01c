"""Invoice lines that pay a membership for somebody else."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..kernel.periods import add_months


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _rc_get_gift(self):
        """Return the order line if this pays a membership for somebody else than the customer."""
        self.ensure_one()
        sold = self.sale_line_ids[:1]
        is_gift = sold.rc_recipient_email or sold.rc_recipient_id
        return sold if is_gift and self.product_id.rc_tier_id else sold.browse()

    def _rc_get_gift_day(self, paid_on, today):
        """Return the day a paid line starts; None while a gift waits for its day."""
        gift = self._rc_get_gift()
        if not gift.rc_gift_on or gift.rc_gift_given_on:
            return paid_on
        return None if gift.rc_gift_on > today else max(gift.rc_gift_on, paid_on)

    def _rc_get_gift_covers(self):
        """Return what was given as days for these lines, also what was ended since."""
        covers = self.env["rc.tier.cover"].sudo()  # the inbox may run for any payer
        keys = [line._rc_gift_key() for line in self]
        own = Domain("key", "in", keys)
        again = Domain.OR(Domain("key", "=like", f"{key}:%") for key in keys)
        return covers.search(own | again, order="id")

    def _rc_gift_key(self):
        return f"account.move.line:{self.id}:gift"

    @api.private
    def _rc_give_as_days(self, on):
        """Give a gift as days to somebody who has another plan, once; return what was given.

        Their own plan stays as it is: it would otherwise be changed to what they were given. A gift
        that ended because its money went back goes on with the days that were left of it.
        """
        if not self._rc_get_gift():
            return self.env["rc.tier.cover"]
        if known := self._rc_get_gift_covers():
            last = known[-1]
            is_over = not last.ended_on or last.partner_id._rc_is_erased()
            return last if is_over else self._rc_give_rest(last, f"{len(known) + 1}", on)
        product, partner = self.product_id, self._rc_get_member()
        tier = product.rc_tier_id
        running = self.env["rc.subscription"].sudo()._get_running(partner, tier.program_id)
        is_other = partner != self.move_id._rc_get_member() and running.product_id != product
        if not running or running.state == "trial" or not is_other:
            return known
        months = product.product_tmpl_id._rc_get_months() * max(int(self.quantity), 1)
        days = (add_months(on, months) - on).days
        return self._rc_give_gift_days(partner, days, self._rc_gift_key(), on)

    def _rc_give_rest(self, cover, number, on):
        """Give what was left of a gift when its money went back."""
        days = (cover.end_on - cover.ended_on).days
        key = f"{self._rc_gift_key()}:{number}"
        return self._rc_give_gift_days(cover.partner_id, days, key, max(on, cover.ended_on))

    def _rc_give_gift_days(self, partner, days, key, on):
        giver = self._rc_get_gift()._rc_get_giver()
        subscriptions = self.env["rc.subscription"].sudo()  # as above
        return subscriptions._give_days(
            partner,
            self.product_id.rc_tier_id,
            days,
            key,
            self.env._("Gift of %s", giver),
            origin=self,
            on=on,
            kind="gift",
        )

    @api.private
    def _rc_take_gifts_back(self, today):
        """End gifts whose money was given back."""
        covers = self._rc_get_gift_covers() if self else self.env["rc.tier.cover"]
        for cover in covers.filtered(lambda one: not one.ended_on):
            plan = cover.subscription_id
            if plan.period_end and plan.period_end > today:
                unused = max((cover.end_on - max(cover.start_on, today)).days, 0)
                end = plan.period_end - timedelta(days=unused)
                plan.period_end = max(end, plan.period_start + timedelta(days=1))
            cover._end(today)

    @api.private
    def _rc_get_charge_kind(self):
        """A gift that has not started, or went to somebody with another plan, is a first sale."""
        kind = super()._rc_get_charge_kind()
        return "first" if kind == "other" and self._rc_get_gift() else kind
