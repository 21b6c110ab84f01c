from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _rc_get_founding_price(self, partner, program):
        """Return what the founding fee costs this member, in the currency of the program."""
        self.ensure_one()
        product = self.with_company(program.company_id)
        pricelist = partner.with_company(program.company_id).property_product_pricelist
        price = pricelist._get_product_price(product, 1) if pricelist else product.lst_price
        currency = pricelist.currency_id or product.currency_id
        return {"amount": price, "currency": currency}
