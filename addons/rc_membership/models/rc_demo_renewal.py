from datetime import timedelta

from odoo import api, fields, models


class RcDemo(models.AbstractModel):
    """A chapter of the demo story: renewals by card and by invoice, reminders, seats, refunds."""

    _inherit = "rc.demo"

    @api.model
    def _tell_renewals(self):
        """What the daily run finds: Noah's card pays, Finn's is refused, others are reminded."""
        if self.env["rc.subscription.notice"].search_count([], limit=1):
            return
        today = fields.Date.context_today(self)
        noah = self.env["res.partner"].create(
            {"name": "Noah Fischer", "email": "noah.fischer@example.com"}
        )
        self._buy(noah, "premium-month", today - timedelta(days=31))
        self._store_card(noah, "done")
        self._store_card(self.env.ref("rc_membership.partner_finn"), "error")
        subscriptions = self.env["rc.subscription"]
        now = fields.Datetime.now()
        for subscription in subscriptions._get_due(now) | subscriptions._get_to_remind(now):
            subscription._review(today)
        self.env["rc.subscription.attempt"]._charge_all(10, lambda: None)
        self.env["rc.event"]._drain()

    def _store_card(self, partner, answer):
        """Let a member's plan be renewed by a card, where the demo provider is installed."""
        provider = self.env["payment.provider"].search(
            [("code", "=", "demo"), ("state", "=", "test")], limit=1
        )
        method = provider.payment_method_ids[:1]
        if not method:
            return
        card = self.env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "payment_details": "4242",
                "partner_id": partner.id,
                "provider_ref": f"demo-{partner.id}",
                "demo_simulated_state": answer,
            }
        )
        program = self.env["rc.program"]._get_platform()
        self.env["rc.subscription"]._get_running(partner, program)._set_token(card)

    @api.model
    def _tell_more_seats(self):
        """The school buys two seats more, and gives one of them back."""
        team = self.env.ref("rc_membership.partner_school").rc_subscription_ids[:1]
        if not team or team.seat_change_ids:
            return
        today = fields.Date.context_today(self)
        order = team._order_seats(2, today)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice, today)
        team._give_back_seats(1, fields.Datetime.now())

    @api.model
    def _tell_reviews(self):
        """Two members review the journal; a program manager has yet to read them."""
        journal = self.env.ref("rc_membership.product_journal").product_tmpl_id
        if self.env["rating.rating"].search_count(
            [("res_model", "=", journal._name), ("res_id", "=", journal.id)], limit=1
        ):
            return
        for name, stars, text in (
            ("leo", 5, "Thick paper, and it lies flat. I write in it every evening."),
            ("chen", 4, "很喜欢封面的颜色，希望有更大的尺寸。"),
        ):
            # as the shop does for who is logged in
            author = self.env.ref(f"rc_membership.user_{name}")
            journal.with_user(author).sudo().message_post(
                body=text, message_type="comment", rating_value=stars
            )

    @api.model
    def _tell_refunds(self):
        """Two packages are asked back: one is paid back, one waits for the accountant."""
        refunds = self.env["rc.package.refund"]
        if refunds.search_count([], limit=1):
            return
        now = fields.Datetime.now()
        asked = [
            ("chen", "booster", 2, "I bought it twice by mistake."),
            ("leo", "starter", 1, "I move abroad and cannot come to the salon."),
        ]
        for name, package, days, reason in asked:
            partner = self.env.ref(f"rc_membership.partner_{name}")
            purchase = self.env["rc.package.purchase"].search(
                [("partner_id", "=", partner.id), ("package_id.code", "=", package)], limit=1
            )
            # each member asks in the portal
            portal = refunds.with_user(partner.user_ids[:1]).sudo()
            refund = portal._request(purchase, reason, now - timedelta(days=days))
            if name == "chen":
                # demo: the accountant of the story decides
                accountant = self.env.ref("rc_membership.user_accountant")
                refund.sudo(False).with_user(accountant).action_confirm("Paid back to your card.")
        self.env["rc.event"]._drain()
