from odoo import api, fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _load_pos_data_read(self, records, config):
        rows = super()._load_pos_data_read(records, config)
        prices = records._rc_get_package_prices(config.currency_id)
        by_product = {product.id: price for product, price in prices.items()}
        for row in rows:
            if row["id"] in by_product:
                row["lst_price"] = by_product[row["id"]]
        return rows

    def _rc_get_package_prices(self, currency):
        """Return product → price of the packages among these, as the shop has it today."""
        items, now = self.env["product.pricelist.item"], fields.Datetime.now()
        # whoever sells needs no rights on packages
        packages = self.filtered(lambda product: product.sudo().rc_package_id)
        return {
            product: items._compute_price(product, 1.0, product.uom_id, now, currency=currency)
            for product in packages
        }
