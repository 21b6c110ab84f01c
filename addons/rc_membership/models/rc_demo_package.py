from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models

# member, package, days ago
_PURCHASES = [
    ("leo", "starter", 40),
    ("mia", "creator", 34),
    ("chen", "booster", 20),
    ("mia", "starter", 6),
    ("ben", "partner-l3", 3),
]


class RcDemo(models.AbstractModel):
    """The chapter of packages: purchases, one in review, a group, a closed board."""

    _inherit = "rc.demo"

    @api.model
    def _tell_packages(self):
        if self.env["rc.package.purchase"].search_count([], limit=1):
            return
        today = fields.Date.context_today(self)
        cny = self.env.ref("base.CNY")
        rates = self.env["res.currency.rate"]
        if not rates.search_count([("currency_id", "=", cny.id)], limit=1):
            rates.create({"currency_id": cny.id, "name": "2020-01-01", "rate": 7.2})
        for member, package, days_ago in _PURCHASES:
            partner = self.env.ref(f"rc_membership.partner_{member}")
            self._buy(partner, package, today - timedelta(days=days_ago))
        self._tell_group(today)
        board = self.env.ref("rc_membership.promotion_board")
        board.date_from = (today.replace(day=1) - timedelta(days=40)).replace(day=1)
        self.env["rc.package.board"]._close_due(board.company_id, today)

    @api.model
    def _tell_group(self, today):
        """Ana has started a group; she has paid, two more are wanted."""
        ana = self.env.ref("rc_membership.partner_ana")
        group = self.env["rc.package.group"]._start(
            self.env["rc.program"]._get_platform(),
            ana,
            datetime.combine(today, time(0, 0)),
            self.env.ref("rc_membership.package_starter"),
            code="YOGA2GET",
        )
        product = self.env.ref("rc_membership.product_package_starter").product_variant_id
        order = self.env["sale.order"].create(
            {
                "partner_id": ana.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order._rc_join_group(group)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice, today)
