"""Plans that began elsewhere: they go on here without an invoice."""

from odoo import api, fields, models

from ..adapters import exact
from ..kernel.money import to_fraction
from ..kernel.opening import opening_period


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    @api.model
    @api.private
    def _open(self, partner, product, started_on, paid_until, key):
        """Let a plan that was paid elsewhere run here until a day, once per key.

        :param product: the membership plan (product.product)
        :param started_on: when the membership began (date or None: with its running period)
        :param paid_until: the first day that is not paid for; the plan is renewed here then
        :param key: what makes it once, for example ``golive:1:M-1001``
        :return: the subscription
        """
        charges = self.env["rc.subscription.charge"]
        known = charges.search([("key", "=", key)])
        if known:
            return known.subscription_id
        tier = product.rc_tier_id
        anchor, period = opening_period(
            started_on, paid_until, product.product_tmpl_id._rc_get_months()
        )
        subscription = self.create(
            {
                "partner_id": partner.id,
                "product_id": product.id,
                "tier_id": tier.id,
                "program_id": tier.program_id.id,
                "company_id": tier.company_id.id,
                "started_on": started_on or period.start,
                "anchor_on": anchor,
                "period_start": period.start,
                "period_end": period.end,
            }
        )
        charges.create(
            {
                "subscription_id": subscription.id,
                "kind": "opening",
                "key": key,
                "opening_product_id": product.id,
                "period_start": period.start,
                "period_end": period.end,
            }
        )
        return subscription


class RcSubscriptionCharge(models.Model):
    """A charge of an opening has no invoice: the period was paid before go-live."""

    _inherit = "rc.subscription.charge"

    invoice_line_id = fields.Many2one(required=False)
    kind = fields.Selection(selection_add=[("opening", "Opening")], ondelete={"opening": "cascade"})
    key = fields.Char(readonly=True, help="What makes an opening once.")
    opening_product_id = fields.Many2one(
        "product.product", "Opening Plan", readonly=True, ondelete="restrict"
    )

    _key_uniq = models.UniqueIndex("(key) WHERE key IS NOT NULL", "This was opened before.")
    _paid_somewhere = models.Constraint(
        "CHECK ((kind = 'opening') = (invoice_line_id IS NULL)"
        " AND (kind = 'opening') = (key IS NOT NULL)"
        " AND (kind = 'opening') = (opening_product_id IS NOT NULL))",
        "A charge is for a paid invoice line, or it is an opening.",
    )

    def _get_paid_amount(self):
        """Of an opening: the plan's price, the only one known here."""
        if self.kind != "opening":
            return super()._get_paid_amount()
        subscription = self.subscription_id
        price = subscription._get_renewal_price(self.opening_product_id, self.period_start)
        return to_fraction(exact(price))
