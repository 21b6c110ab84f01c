"""Claims of participants, who see no orders: they name the customer, a manager finds the order."""

import base64
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

TEXT_MIN, TEXT_MAX = 3, 120
REASON_MIN, REASON_MAX = 10, 2000
LOOK_BACK = timedelta(days=90)


class RcAttributionClaim(models.Model):
    _inherit = "rc.attribution.claim"

    @api.model
    @api.private
    def _submit(self, claimant, text, reason, at, proof=None):
        """WRITE what a participant says about a customer; return the claim.

        The answer is the same whether there is such a customer or not: nobody learns by it who
        buys here. The order is a suggestion for whoever reviews the claim.

        :param proof: values of an attachment (name, raw), or None
        :raise UserError: too little or too much was written
        """
        text, reason = " ".join((text or "").split()), (reason or "").strip()
        if not TEXT_MIN <= len(text) <= TEXT_MAX:
            raise UserError(
                self.env._("Write the customer's e-mail address or the number of the order.")
            )
        if not REASON_MIN <= len(reason) <= REASON_MAX:
            raise UserError(self.env._("Say in a sentence or two how the customer came by you."))
        claims = self.sudo()  # participants have no rights on claims; this one is their own
        order = claims._find_order(text, claimant, at)
        return claims.create(
            {
                "claimant_id": claimant.id,
                "customer_text": text,
                "order_id": order.id,
                "reason": reason,
                "proof": base64.b64encode(proof["raw"]) if proof else False,
                "proof_name": proof["name"] if proof else False,
            }
        )

    def _find_order(self, text, claimant, at):
        """Return the confirmed order a text names, the last one of an address; empty if unsure."""
        orders = self.env["sale.order"]
        since = at - LOOK_BACK
        email = email_normalize(text)
        about = [("partner_id.email_normalized", "=", email)] if email else [("name", "=", text)]
        order = orders.search(
            [
                *about,
                ("state", "=", "sale"),
                ("company_id", "=", self.env.company.id),
                ("date_order", ">=", since),
            ],
            order="date_order desc, id desc",
            limit=1,
        )
        if order.partner_id.commercial_partner_id == claimant.commercial_partner_id:
            return orders
        domain = [
            ("order_id", "=", order.id),
            ("claimant_id", "=", claimant.id),
            ("state", "in", ("submitted", "in_review")),
        ]
        return orders if self.search_count(domain, limit=1) else order
