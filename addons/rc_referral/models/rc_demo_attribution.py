import base64
from datetime import timedelta

from odoo import api, fields, models

_CHAT = b"""Mei, 10:12: Bamboo showed me Premium in the studio last week, I will buy it tonight.
Bamboo, 10:13: Wonderful, use our link!
"""


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_attribution_cases(self):
        """A decision with losers, a claim in review, a correction waiting, two deals."""
        deals = self.env["rc.deal"]
        if deals.search_count([], limit=1):
            return
        ref = self.env.ref
        lotus, bamboo, luna = (
            ref(f"rc_membership.partner_{name}") for name in ("lotus", "bamboo", "kol")
        )
        eva, sara = ref("rc_membership.partner_eva"), ref("rc_membership.partner_sara")
        now = fields.Datetime.now()
        self._tell_shared_order(now - timedelta(days=2))
        order = self._tell_contested_order(now)
        self.env["rc.attribution.claim"].create(
            {
                "order_id": order.id,
                "claimant_id": bamboo.id,
                "reason": "Mei tried Premium in our studio. The chat of that morning is attached.",
                "proof": base64.b64encode(_CHAT),
                "proof_name": "chat.txt",
                "submitted_by_id": ref("rc_membership.user_sara").id,
                "submitted_at": now - timedelta(hours=5),
            }
        )
        self.env["rc.sponsor.change"].create(
            {
                "member_id": eva.id,
                "sponsor_id": lotus.id,
                "reason": "Eva signed up at the desk of Lotus; the phone belonged to somebody else.",
                "requested_by_id": ref("rc_membership.user_manager").id,
                "requested_at": now - timedelta(days=1),
                "old_edge_id": self.env["rc.sponsor.edge"]._get_at(eva, now).id,
            }
        )
        common = {"user_id": sara.user_ids[:1].id, "registered_by_id": sara.user_ids[:1].id}
        approved = deals.create(
            {
                **common,
                "name": "Willow Wellness",
                "email": "hello@willow.example",
                "partner_id": luna.id,
                "note": "Call on Monday, offer for 20 seats sent on Tuesday.",
                "registered_at": now - timedelta(days=9),
            }
        )
        approved._approve(now - timedelta(days=8), ref("rc_membership.user_manager"))
        deals.create(
            {
                **common,
                "name": "Riverside Fitness",
                "email": "office@riverside.example",
                "partner_id": bamboo.id,
                "note": "Met the owner at the fair, wants a trial for the trainers.",
                "registered_at": now - timedelta(days=2),
            }
        )

    @api.model
    def _tell_contested_order(self, now):
        """Links of two members, the code of a third typed: the decision names everybody."""
        order = self._tell_order_by_links(("leo", "ana"), now)
        order._rc_set_typed_code(self.env.ref("rc_referral.code_sales001"))
        order.action_confirm()
        return order

    @api.model
    def _tell_shared_order(self, now):
        """The same without a code, in a campaign that shares an order between everybody."""
        order = self._tell_order_by_links(("ana", "leo", "finn"), now)
        order.campaign_id = self.env["utm.campaign"].create(
            {"title": "Bring a friend week", "rc_attribution_model": "position"}
        )
        order.action_confirm()

    @api.model
    def _tell_order_by_links(self, names, now):
        """An order of a visitor who came by the links of members, the last one yesterday."""
        touches = self.env["rc.touch"]
        visitor = touches._make_visitor()
        for days, name in enumerate(reversed(names), 1):
            touches._record(
                self._get_demo_code(name),
                visitor,
                now - timedelta(days=days),
                landing_path="/shop",
                agent="Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile Instagram 300.0",
            )
        product = self.env["product.product"].search(
            [("default_code", "=", "premium-month")], limit=1
        )
        buyers = self.env["res.partner"]
        buyer = buyers.search([("email", "=", "mei.wong@example.com")], limit=1) or buyers.create(
            {"name": "Mei Wong", "email": "mei.wong@example.com"}
        )
        return self.env["sale.order"].create(
            {
                "partner_id": buyer.id,
                "user_id": False,
                "rc_visitor": visitor,
                "order_line": [fields.Command.create({"product_id": product.id})],
            }
        )
