"""What a renewal costs: the list of today, a locked price, a reduction for life."""

from datetime import date

from odoo import api, fields, models

from ..adapters import exact
from ..kernel.money import round_half_up, to_fraction
from ..kernel.periods import add_months


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    locked_price = fields.Monetary(
        tracking=True, help="Renewals of this plan cost this, whatever the price list says."
    )
    locked_until = fields.Date(tracking=True, help="Empty: the price is locked without end.")
    locked_product_id = fields.Many2one(
        "product.product", "Locked Plan", help="The price is locked for this plan only."
    )
    renewal_discount = fields.Float(
        "Reduction for Life (%)",
        digits=(5, 2),
        tracking=True,
        help="Taken off each renewal, of any plan.",
    )
    next_charge_amount = fields.Monetary(
        "Next Charge", compute="_compute_next_charge", help="Before taxes."
    )

    _discount_range = models.Constraint(
        "CHECK (renewal_discount IS NULL OR renewal_discount BETWEEN 0 AND 100)",
        "A reduction lies between 0 and 100 %.",
    )
    _locked_positive = models.Constraint(
        "CHECK (locked_price IS NULL OR locked_price >= 0)", "A price cannot be negative."
    )

    @api.depends("charge_ids", "company_id")
    def _compute_currency_id(self):
        for subscription in self:
            subscription.currency_id = subscription._get_renewal_currency()

    @api.depends(
        "product_id",
        "next_product_id",
        "charge_ids",
        "locked_price",
        "locked_until",
        "locked_product_id",
        "renewal_discount",
    )
    def _compute_next_charge(self):
        for subscription in self:
            plan = subscription._get_next_plan()
            subscription.next_charge_amount = plan and subscription._get_renewal_price()

    def _get_renewal_pricelist(self):
        """Return the list renewals are priced by: the last order's, unless it was an offer.

        A list for first periods only, a coupon or a price typed by hand never reach a renewal.
        """
        last = self._get_last_order().pricelist_id
        if last and not last.rc_first_period_only:
            return last
        own = self.partner_id.with_company(self.company_id).property_product_pricelist
        return own if not own.rc_first_period_only else self.env["product.pricelist"]

    def _get_renewal_currency(self):
        self.ensure_one()
        order = self._get_last_order()
        pricelist = self._get_renewal_pricelist()
        return pricelist.currency_id or order.currency_id or self.company_id.currency_id

    def _get_renewal_price(self, plan=None, on=None):
        """Return the unit price of the next bill, in the renewal's currency."""
        self.ensure_one()
        plan = plan or self._get_next_plan()
        on = on or self.period_end or date.max
        is_locked = self.locked_product_id == plan and (
            not self.locked_until or on < self.locked_until
        )
        if is_locked:
            price = exact(self.locked_price)
        else:
            price = exact(self._get_list_price(plan))
        left = 1 - to_fraction(exact(self.renewal_discount or 0)) / 100
        digits = self._get_renewal_currency().decimal_places
        return float(round_half_up(to_fraction(price) * left, digits))

    def _get_list_price(self, plan):
        pricelist = self._get_renewal_pricelist()
        if pricelist:
            return pricelist._get_product_price(plan, 1.0)
        currency = self._get_renewal_currency()
        return self.company_id.currency_id._convert(
            plan.lst_price, currency, self.company_id, self.period_end, round=False
        )

    def _prepare_first_vals(self, line, partner, paid_on, decision):
        """A plan with a locked price keeps the list price of the day it was first paid."""
        vals = super()._prepare_first_vals(line, partner, paid_on, decision)
        vals |= self._prepare_lock(line.product_id, partner, paid_on)
        return vals

    def _prepare_lock(self, plan, partner, on):
        months = plan.product_tmpl_id.rc_lock_months
        if not months:
            return {}
        price = partner.with_company(
            plan.rc_tier_id.company_id
        ).property_product_pricelist._get_product_price(plan, 1.0)
        return {
            "locked_price": price,
            "locked_until": add_months(on, months),
            "locked_product_id": plan.id,
        }
