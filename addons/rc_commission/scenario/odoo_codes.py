"""Activation codes on real records: made, as their payment makes them, and redeemed."""

from datetime import timedelta

from odoo.addons.rc_referral.errors import value_error

from .types import Event, NotAvailable

VALID_DAYS = 365


class RedeemsCodes:
    """Events of :class:`OdooSide` about activation codes; ``k1:2`` is the second code of ``k1``."""

    def _do_make_codes(self, event: Event, who: str, item: str, count: int, key: str) -> None:
        product = self.env["product.product"].search([("default_code", "=", item)], limit=1)
        if not product.rc_tier_id:
            raise NotAvailable(f"codes for {item}")
        self.env["rc.activation.batch"]._make(
            self.people[who],
            product.product_tmpl_id,
            "activation",
            count,
            f"scenario:{key}",
            event.at,
            event.today + timedelta(days=VALID_DAYS),
        )

    def _do_redeem(self, event: Event, who: str, code: str) -> None:
        key, _colon, number = code.partition(":")
        batch = self.env["rc.activation.batch"].search([("key", "=", f"scenario:{key}")])
        codes = batch.code_ids.sorted("id")
        if not number.isdigit() or not 1 <= int(number) <= len(codes):
            raise value_error(self.env)
        [text] = codes[int(number) - 1]._reveal(batch.partner_id, event.at).values()
        self.env["rc.code"]._redeem(text, self.people[who], event.at)
