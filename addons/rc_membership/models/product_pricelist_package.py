from odoo import fields, models

from ..adapters import local_day


class ProductPricelist(models.Model):
    """Pricelists that follow a patron's rank."""

    _inherit = "product.pricelist"

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        """What is for patrons is nobody else's fallback."""
        domain = super()._get_partner_pricelist_multi_search_domain_hook(company_id)
        # see below for why it is the system's
        levels = self.env["rc.package.level"].sudo().search([("pricelist_id", "!=", False)])
        return [*domain, ("id", "not in", levels.pricelist_id.ids)]

    def _get_partner_pricelist_multi(self, partner_ids):
        """A member without a pricelist of their own has that of their patron level, if any."""
        found = super()._get_partner_pricelist_multi(partner_ids)
        # whoever prices a product needs no rights on programs and levels
        program = self.env["rc.program"].sudo()._get_platform()
        levels = self.env["rc.package.level"]
        if not program or not levels.sudo().search_count(
            [("program_id", "=", program.id), ("pricelist_id", "!=", False)], limit=1
        ):
            return found
        partners = self.env["res.partner"].with_context(active_test=False).browse(partner_ids)
        free = partners.filtered(
            lambda p: p.id and p.id in found and not p.specific_property_product_pricelist
        )
        for partner_id, level in levels._get_of_all(free, program).items():
            if level.pricelist_id.active:
                found[partner_id] = self.browse(level.pricelist_id.id)
        return found


class ProductPricelistItem(models.Model):
    """Packages at a lower price for a season, whatever pricelist and rule."""

    _inherit = "product.pricelist.item"

    def _compute_price(self, product, quantity, uom, date, currency=None, **kwargs):
        price = super()._compute_price(product, quantity, uom, date, currency=currency, **kwargs)
        # whoever prices a product needs no rights on packages
        package = product.sudo().rc_package_id
        # a rule upon another pricelist starts from a price that was cut there
        if not package or (self.base == "pricelist" and self.compute_price != "fixed"):
            return price
        at = fields.Datetime.to_datetime(date) if date else fields.Datetime.now()
        return price * float(1 - package._get_price_cut(local_day(at, package.company_id)))


class RcPackage(models.Model):
    _inherit = "rc.package"

    def _get_price_cut(self, day):
        """Return the part of the price that falls away on a day; the highest of several."""
        self.ensure_one()
        cuts = self.env["rc.package.promotion"]._get_running(self.program_id, day, "price_cut")
        return max((cut._get_percent() for cut in cuts._get_of(self)), default=0)
