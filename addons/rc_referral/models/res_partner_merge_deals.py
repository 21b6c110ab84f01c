"""Registered deals of contacts that turn out to be one person."""

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _rc_before_merge(self, sources, target):
        super()._rc_before_merge(sources, target)
        deals = self.env["rc.deal"].sudo()  # a merge is decided by its own rights
        deals._merge_customers(sources, target, fields.Datetime.now())


class RcDeal(models.Model):
    _inherit = "rc.deal"

    @api.private
    def _merge_customers(self, sources, target, at):
        """Let deals follow their customer; of two that count, the one registered first does so on."""
        people = sources | target
        addresses = [address for address in people.mapped("email_normalized") if address]
        live = self.search(
            [
                ("state", "=", "approved"),
                "|",
                ("customer_id", "in", people.ids),
                ("customer_key", "in", addresses),
            ],
            order="registered_at, id",
        )
        for deals in live.grouped("company_id").values():
            # what they counted for so far stays so
            deals[1:].write({"state": "expired", "expires_at": at})
        self.flush_model()
        keys = {f"contact:{source.commercial_partner_id.id}" for source in sources}
        moved = self.search([("customer_id", "in", sources.ids)])
        stale = self.search([("customer_key", "in", list(keys))]) - moved
        moved.customer_id = target
        stale.customer_key = f"contact:{target.commercial_partner_id.id}"
        self.flush_model()
