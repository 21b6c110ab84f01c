"""Money of a plan that is taken back, and that comes again: the plan has the days that are paid."""

from datetime import timedelta

from odoo import api, fields, models

from ..kernel.subscription import RUNNING


class RcSubscriptionCharge(models.Model):
    _inherit = "rc.subscription.charge"

    taken_on = fields.Date(
        "Taken Back on", readonly=True, help="Its money was refunded or bounced on this day."
    )

    @api.private
    def _get_days(self):
        return self.period_end - self.period_start

    @api.private
    def _get_product(self):
        """Return the plan that was paid (product.product)."""
        return self.invoice_line_id.product_id or self.opening_product_id


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    def _get_kept_charges(self):
        """Return the charges that money stands behind."""
        return self.charge_ids.filtered(lambda charge: not charge.taken_on)

    @api.private
    def _follow_money(self, charges, is_paid, today):
        """Let a plan follow the money of ``charges``: each time it goes or comes again, once."""
        self.ensure_one()
        for charge in charges.filtered(lambda c: bool(c.taken_on) == is_paid):
            if is_paid:
                taken_on, charge.taken_on = charge.taken_on, False
                self._have_again(charge, taken_on, today)
            else:
                charge.taken_on = today
                self._take_back(charge, today)

    def _take_back(self, charge, today):
        """Take the days of a charge: of a change, of a period paid ahead, or the last there were."""
        if self.state not in RUNNING:
            return
        run = self._get_run()
        ahead = self._get_run_charges().filtered(lambda c: c.period_end > today)
        if charge.run > run and ahead:  # what ran before the change is paid still
            self._run_as_charged(today)
        elif charge.run > run or not self._has_later(charge, run):
            shorter = self.period_end - charge._get_days()
            if charge.run == run and ahead and shorter > self.period_start:
                self._shorten(charge, shorter)
            else:
                self._end("cancelled", today)
        elif charge.run == run and charge.period_end > today:
            self._shorten(charge, self.period_end - charge._get_days())

    def _has_later(self, charge, run):
        """True when money stands behind a period after that of ``charge``."""
        kept = self._get_kept_charges()
        return any((c.run, c.period_start) > (charge.run, charge.period_start) for c in kept)

    def _shorten(self, charge, end):
        """End earlier by the days of a period that is not paid any more.

        Who gets the bill of the next period refunded is not billed for it again.
        """
        vals = {"period_end": max(end, self.period_start + timedelta(days=1))}
        if charge.invoice_id.rc_subscription_id:
            vals["is_ending"] = True
        self.write(vals)

    def _run_as_charged(self, today):
        """Run with the plan and the periods of the charges that count now."""
        charges = self._get_run_charges().sorted("period_start")
        running = charges.filtered(lambda c: c.period_end > today)
        product = running[-1:]._get_product()
        self.write(
            {
                "product_id": product.id,
                "tier_id": product.rc_tier_id.id,
                "next_product_id": False,
                "anchor_on": charges[:1].period_start,
                "period_start": running[:1].period_start,
                "period_end": running[-1:].period_end,
            }
        )

    def _have_again(self, charge, taken_on, today):
        """Give the days of a charge back when its money comes again within them."""
        if self.state in RUNNING:
            if charge.run == self._get_run() and charge.period_end > max(taken_on, today):
                is_change = len(self._get_run_charges()) == 1
                if is_change:
                    self._run_as_charged(today)
                else:
                    self.write({"period_end": self.period_end + charge._get_days()})
        elif self.state == "cancelled" and today < self.period_end and not self.is_ending:
            is_last = charge == self._get_last_charge()
            if is_last and not self._get_running(self.partner_id, self.program_id):
                self.write({"state": "active", "ended_on": False})
