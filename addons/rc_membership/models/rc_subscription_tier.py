"""The tier of people: of their own plan, of a seat, a gift, a trial, a reward."""

from datetime import timedelta

from odoo import api, fields, models

from ..adapters import local_day
from ..kernel.periods import anniversary_around, calendar_period
from ..kernel.subscription import RUNNING
from ..kernel.tiers import Held, highest, place_days


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    def _as_held(self):
        """READ: a running plan as the kernel sees it; its state, not its date, ends it."""
        self.ensure_one()
        return Held(self.tier_id.id, self.tier_id._get_rank(), self.started_on)

    @api.model
    @api.private
    def _get_tiers(self, partners, program, on):
        """Return partner id → rc.tier of ``partners`` in ``program`` on a day (a date).

        The highest of the running subscription and what is held without a plan of one's own, else
        everybody's tier.
        """
        tiers = self.env["rc.tier"]
        free = tiers.search([("program_id", "=", program.id), ("is_default", "=", True)], limit=1)
        found = dict.fromkeys(partners.ids, free)
        for partner_id, held in self._read_held(partners, program, on).items():
            best = highest(held, on)
            if best:
                found[partner_id] = tiers.browse(best.tier)
        return found

    @api.model
    def _read_held(self, partners, program, on):
        """READ partner id → what they hold now or later; two queries for any number of people."""
        held = {partner_id: [] for partner_id in partners.ids}
        known = [("partner_id", "in", partners.ids), ("program_id", "=", program.id)]
        # who may ask for a tier need not read subscriptions
        for subscription in self.sudo().search([*known, ("state", "in", RUNNING)]):
            held[subscription.partner_id.id].append(subscription._as_held())
        covers = self.env["rc.tier.cover"].sudo()  # see above
        for cover in covers.search([*known, ("subscription_id", "=", False)]):
            one = cover._as_held()
            if one.end is None or one.end > on:
                held[cover.partner_id.id].append(one)
        return held

    @api.model
    @api.private
    def _get_anchor(self, partner, program, on):
        """Return (start, end) of what "per billing period" means for somebody on a day.

        The paid period of the running plan; the days of a tier held without one; else the
        calendar month.
        """
        subscription = self._get_running(partner, program)
        covers = self._get_best_cover(partner, program, on)
        if subscription and (
            not covers or subscription.tier_id._get_rank() >= covers.tier_id._get_rank()
        ):
            paid = subscription._get_run_charges().filtered(
                lambda c: c.period_start <= on < c.period_end
            )
            if paid:  # of periods paid ahead each is one
                return paid[:1].period_start, paid[:1].period_end
            if on < subscription.period_end:
                return subscription.period_start, subscription.period_end
            months = subscription.product_id.product_tmpl_id._rc_get_months()
            period = anniversary_around(subscription.period_end, months, on)
            return period.start, period.end
        if covers:
            period = anniversary_around(covers.start_on, 1, on)
            return period.start, min(filter(None, (period.end, covers.end_on)))
        period = calendar_period(on, "month")
        return period.start, period.end

    @api.model
    @api.private
    def _get_month(self, partner, program, on):
        """Return (start, end) of what "per month" means for somebody on a day.

        The month of the subscription (of a yearly one too) or of the tier held without one; else
        the calendar month.
        """
        subscription = self._get_running(partner, program)
        cover = self._get_best_cover(partner, program, on)
        if subscription and (
            not cover or subscription.tier_id._get_rank() >= cover.tier_id._get_rank()
        ):
            period = anniversary_around(subscription.anchor_on, 1, on)
        elif cover:
            period = anniversary_around(cover.start_on, 1, on)
        else:
            period = calendar_period(on, "month")
        return period.start, period.end

    @api.model
    def _get_best_cover(self, partner, program, on):
        covers = self.env["rc.tier.cover"].sudo()  # as in _read_held
        live = covers.search(
            [
                ("partner_id", "=", partner.id),
                ("program_id", "=", program.id),
                *covers._get_live_domain(on),
            ]
        )
        return live.sorted(lambda c: c.tier_id._get_rank())[-1:]

    # ------------------------------------------------------------------
    # Days that are given
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _give_days(self, partner, tier, days, key, reason, origin=None, on=None, kind="reward"):
        """Give ``days`` of a tier once per key; return the ``rc.tier.cover`` that says so.

        A plan of the same tier that runs is prolonged; else the days are held without a plan, from
        ``on`` (a date, default: today where the company is) or when something as high ends.
        """
        covers = self.env["rc.tier.cover"].sudo()  # callers have decided it
        known = covers.search([("key", "=", key)], limit=1)
        if known:
            return known
        on = on or local_day(fields.Datetime.now(), tier.company_id)
        program = tier.program_id
        running = self.sudo()._get_running(partner, program)  # as above
        if running.tier_id == tier and on < running.period_end:
            start, end = running.period_end, running.period_end + timedelta(days=days)
            cover = covers._give(
                partner, tier, start, end, kind, key, origin, reason, subscription=running
            )
            running.write({"period_end": end})
            return cover
        # READ → DECIDE → WRITE
        held = self._read_held(partner, program, on)[partner.id]
        if running:  # it may renew, but what is paid ends there
            held = [
                Held(h.tier, h.rank, h.start, max(running.period_end, on))
                if h == running._as_held()
                else h
                for h in held
            ]
        given = place_days(held, tier.id, tier._get_rank(), days, on)
        return covers._give(partner, tier, given.start, given.end, kind, key, origin, reason)
