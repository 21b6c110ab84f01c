from odoo import fields, models

from ..adapters import local_day


class ProductPricelist(models.Model):
    """Packages at a lower price for a season, and pricelists that follow a patron's rank."""

    _inherit = "product.pricelist"

    def _compute_price_rule(
        self, products, quantity, *, currency=None, uom=None, date=False, **kwargs
    ):
        found = super()._compute_price_rule(
            products, quantity, currency=currency, uom=uom, date=date, **kwargs
        )
        # whoever prices a product needs no rights on packages
        packages = products.sudo().filtered("rc_package_id")
        if packages:
            day = self._rc_get_price_day(date)
            for product in packages:
                rate = product.rc_package_id._get_price_cut(day)
                price, rule_id = found[product.id]
                rule = self.env["product.pricelist.item"].sudo().browse(rule_id or [])
                # a rule upon another pricelist starts from a price that was cut there
                if rate and not (rule.base == "pricelist" and rule.compute_price != "fixed"):
                    found[product.id] = (price * float(1 - rate), rule_id)
        return found

    def _rc_get_price_day(self, date):
        at = fields.Datetime.to_datetime(date) if date else fields.Datetime.now()
        return local_day(at, self.company_id or self.env.company)

    def _get_partner_pricelist_multi(self, partner_ids):
        """A member without a pricelist of their own has that of their patron level, if any."""
        found = super()._get_partner_pricelist_multi(partner_ids)
        program = self.env["rc.program"].sudo()._get_platform()  # see _compute_price_rule
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


class RcPackage(models.Model):
    _inherit = "rc.package"

    def _get_price_cut(self, day):
        """Return the part of the price that falls away on a day; the highest of several."""
        self.ensure_one()
        cuts = self.env["rc.package.promotion"]._get_running(self.program_id, day, "price_cut")
        return max((cut._get_percent() for cut in cuts._get_of(self)), default=0)
