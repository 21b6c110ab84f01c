from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models

from .rc_commission_plan import PLANS_FOLDER

_CODE = "green_demo"
_EVENINGS = 4
_REASON = "Demonstration of green points: nobody is offered this plan"
# buyer, how many, days ago
_BOUGHT = [("bamboo", 1, 26), ("lotus", 2, 17), ("bamboo", 1, 8)]


class RcDemo(models.AbstractModel):
    """A chapter of the demo story: a pool, green points in it, and points that became cash."""

    _inherit = "rc.demo"

    @api.model
    def _tell_green(self):
        """Two studios buy packages of a plan with green points; one sells some of them back."""
        company = self.env.ref("base.main_company")
        plans = self.env["rc.commission.plan"].with_context(active_test=False)
        if plans.search_count([("code", "=", _CODE), ("company_id", "=", company.id)], limit=1):
            return
        today = fields.Date.context_today(self)
        text = (PLANS_FOLDER / "green_points.yaml").read_text(encoding="utf-8")
        for shipped, ours in (
            ("plan: green_points", f"plan: {_CODE}"),
            ("name: Green points", "name: Green points (demonstration)"),
            ("currency: CNY", f"currency: {company.currency_id.name}"),
        ):
            text = text.replace(shipped, ours)
        plan = plans._import_text(text, company)
        plan.sequence = 90
        plan.version_ids._publish_with_override(today - timedelta(days=30), _REASON)
        for name, quantity, days in _BOUGHT:
            partner = self.env.ref(f"rc_membership.partner_{name}")
            invoice = self._sell_packages(partner, quantity, today - timedelta(days=days))
            invoice._rc_accrue(self.env.cr.now())
        self.env["rc.green.account"]._sell(
            company,
            self.env.ref("rc_membership.partner_bamboo"),
            _CODE,
            60,
            today - timedelta(days=2),
            "demo:green:bamboo",
        )

    def _sell_packages(self, partner, quantity, paid_on):
        """Sell packages that nobody is the salesperson of; return the paid invoice."""
        product = self.env["product.product"].search(
            [("default_code", "=", "layered-package")], limit=1
        )
        product.taxes_id = False
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": False,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                ],
            }
        )
        order.user_id = False  # the contact may have one
        order.action_confirm()
        order.date_order = datetime.combine(paid_on, time(12))
        invoice = order._create_invoices()
        invoice.invoice_date = paid_on
        invoice.action_post()
        self._pay(invoice, paid_on)
        return invoice

    @api.model
    def _tell_conversion(self):
        """Ana hosts evenings, and turns a thousand of the points she earned into cash."""
        conversions = self.env["rc.point.conversion"]
        if conversions.search_count([], limit=1):
            return
        program, now = self.env["rc.program"]._get_platform(), fields.Datetime.now()
        ana = self.env.ref("rc_membership.partner_ana")
        account = self.env["rc.point.account"]._get_or_create(ana, program)
        for number in range(_EVENINGS):
            at = now - timedelta(days=_EVENINGS - number)
            self.env["rc.activity"]._record(ana, "event", 1, f"demo:evening:{number}", at, 200)
        self.env["rc.event"]._drain()
        if account._get_convertible() >= program.convert_points:
            conversions._convert(ana, program, program.convert_points, "demo:conversion", now)
