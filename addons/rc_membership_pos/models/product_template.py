from odoo import api, fields, models


class ProductTemplate(models.Model):
    """What gives somebody something of a membership is sold to a customer with a name."""

    _inherit = "product.template"

    rc_needs_customer = fields.Boolean(
        "Sold to Members", compute="_compute_rc_needs_customer", compute_sudo=True
    )

    rc_is_package = fields.Boolean(
        "Sells Points", compute="_compute_rc_needs_customer", compute_sudo=True
    )

    @api.depends("rc_tier_id", "rc_package_id", "rc_entitlement_id")
    def _compute_rc_needs_customer(self):
        for template in self:
            template.rc_is_package = bool(template.rc_package_id)
            template.rc_needs_customer = bool(
                template.rc_tier_id or template.rc_package_id or template.rc_entitlement_id
            )

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "rc_needs_customer", "rc_is_package"]

    @api.model
    def _load_pos_data_read(self, records, config):
        """The counter reckons in one currency; packages are priced in their own."""
        rows = super()._load_pos_data_read(records, config)
        prices = records.product_variant_ids._rc_get_package_prices(config.currency_id)
        by_template = {product.product_tmpl_id.id: price for product, price in prices.items()}
        for row in rows:
            if row["id"] in by_template:
                row["list_price"] = by_template[row["id"]]
        return rows
