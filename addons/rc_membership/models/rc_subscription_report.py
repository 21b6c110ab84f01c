"""What a subscription began with: kept for the reports of past months."""

from odoo import api, fields, models

from ..adapters import exact
from ..kernel.money import round_half_up, to_fraction


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    _rc_facts = ("first_product_id", "opening_mrr")

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    first_product_id = fields.Many2one(
        "product.product", "Began with", readonly=True, ondelete="restrict"
    )
    opening_mrr = fields.Monetary(
        "List Price a Month at the Start",
        currency_field="company_currency_id",
        readonly=True,
        help="Counts in the MRR until the first charge: of members opened at go-live.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        for subscription in subscriptions:
            subscription.write(
                {
                    "first_product_id": subscription.product_id.id,
                    "opening_mrr": subscription._get_opening_mrr(),
                }
            )
        return subscriptions

    def _get_opening_mrr(self):
        """Return the plan's list price a month in the company's currency; nothing for a trial."""
        self.ensure_one()
        if self.state == "trial":
            return 0.0
        product, company = self.product_id, self.company_id
        price = product.currency_id._convert(
            product.lst_price, company.currency_id, company, self.started_on, round=False
        )
        months = max(product.product_tmpl_id._rc_get_months(), 1)
        digits = company.currency_id.decimal_places
        return float(round_half_up(to_fraction(exact(price)) / months, digits))
