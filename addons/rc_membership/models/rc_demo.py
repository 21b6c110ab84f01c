from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models

# member, plan, days ago the first order was paid, renewals paid since
_STORY = [
    ("mia", "premium-month", 85, 2),
    ("leo", "pro-month", 80, 2),
    ("ana", "ultimate-month", 72, 2),
    ("ben", "pro-year", 66, 0),
    ("chen", "premium-month", 60, 1),
    ("dev", "ultimate-year", 45, 0),
    ("eva", "premium-year", 38, 0),
    ("finn", "pro-month", 33, 0),
    ("gao", "premium-month", 12, 0),
]


class RcDemo(models.AbstractModel):
    """Tells the demo story through the real doors: orders, invoices and payments with their dates.

    Called by demo data files only; each addon adds its chapter.
    """

    _name = "rc.demo"
    _description = "Network Demo Story"

    @api.model
    def _set_up_shop(self):
        """A chart of accounts for RainbowCity, and the demo payment provider where installed."""
        company = self.env.ref("base.main_company")
        if not company.chart_template:
            self.env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
            company.account_sale_tax_id = False  # the story's prices are what is paid
        website = self.env.ref("website.default_website")
        website.homepage_url = "/shop"  # Odoo's own first page is empty
        website.language_ids |= self.env["res.lang"].search([("code", "in", ("en_US", "zh_CN"))])
        plans = self.env["product.template"].search([("rc_tier_id", "!=", False)])
        plans.taxes_id = False
        pricelists = self.env["product.pricelist"]
        if pricelists.search_count([], limit=1):  # Odoo's own demo brings discounts
            pricelists.create({"name": "RainbowCity", "company_id": company.id, "sequence": 0})
        provider = self.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", company.id)], limit=1
        )
        if provider:
            provider.write({"state": "test", "is_published": True})
        odoo_com = self.env.ref("auth_oauth.provider_openerp", raise_if_not_found=False)
        if odoo_com:
            odoo_com.enabled = False  # an account there opens nothing here

    @api.model
    def _tell_membership(self):
        """Three months of orders, renewals and points."""
        if self.env["rc.subscription"].search_count([], limit=1):
            return
        today = fields.Date.context_today(self)
        for member, plan, days_ago, renewals in _STORY:
            partner = self.env.ref(f"rc_membership.partner_{member}")
            paid_on = today - timedelta(days=days_ago)
            order = self._buy(partner, plan, paid_on)
            for _number in range(renewals):
                subscription = self.env["rc.subscription"].search(
                    [("partner_id", "=", order.partner_id.id)], limit=1
                )
                due_on = subscription.period_end
                self._pay(subscription._bill_next_period(due_on), due_on)
        for name in ("hana", "lotus", "bamboo", "kol"):
            self.env["rc.point.account"]._get_or_create(
                self.env.ref(f"rc_membership.partner_{name}"),
                self.env["rc.program"]._get_platform(),
            )

    @api.model
    def _buy(self, partner, item, paid_on):
        """Sell ``item`` to ``partner``: order, posted invoice and payment on ``paid_on``."""
        product = self.env["product.product"].search([("default_code", "=", item)], limit=1)
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": self.env.ref("rc_membership.user_sara").id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
            }
        )
        order.action_confirm()
        order.date_order = datetime.combine(paid_on, time(12))
        invoice = order._create_invoices()
        invoice.invoice_date = paid_on
        invoice.action_post()
        self._pay(invoice, paid_on)
        return order

    @api.model
    def _pay(self, invoice, paid_on, amount=None):
        """Register a payment of ``invoice`` as an accountant would, and work off the inbox."""
        values = {"payment_date": paid_on}
        if amount is not None:
            values["amount"] = amount
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(values)._create_payments()
        self.env["rc.event"]._drain()
