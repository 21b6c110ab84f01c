"""What costs nothing starts as well: a discount of 100 %, a coupon, points, a credit, a reduction."""

from datetime import date, timedelta

from odoo import Command, fields, http
from odoo.tests import HttpCase, tagged

from .common import MembershipCase, an_address

END = date(2026, 2, 28)


@tagged("post_install", "-at_install")
class TestFreeOrders(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_member(email="free@example.com")

    def running(self):
        return self.env["rc.subscription"]._get_running(self.member, self.program)

    def test_a_plan_for_nothing_starts_when_its_order_is_accepted_and_once(self):
        order = self.an_order(self.member)
        order.order_line.discount = 100
        order._validate_order()
        self.drain()
        self.assertEqual(order.invoice_ids.mapped("payment_state"), ["paid"])
        plan = self.running()
        self.assertEqual((plan.state, plan.tier_id.code), ("active", "premium"))
        self.assertEqual(plan.charge_ids.mapped("amount"), [0])
        order.invoice_ids._rc_push_changed("again")
        self.drain()
        self.assertEqual(len(plan.charge_ids), 1)

    def test_an_add_on_for_nothing_gives_its_stock(self):
        addon = self.env["product.product"].search([("rc_entitlement_id", "!=", False)], limit=1)
        addon.taxes_id = False
        order = self.env["sale.order"].create(
            {
                "partner_id": self.member.id,
                "order_line": [Command.create({"product_id": addon.id, "discount": 100})],
            }
        )
        order._validate_order()
        self.drain()
        grant = self.env["rc.entitlement.grant"].search([("partner_id", "=", self.member.id)])
        self.assertEqual(grant.entitlement_id, addon.rc_entitlement_id)

    def test_an_order_that_costs_something_waits_for_its_money(self):
        order = self.an_order(self.member)
        order._validate_order()
        self.drain()
        self.assertFalse(order.invoice_ids | self.running().charge_ids.invoice_id)

    def test_a_salespersons_order_for_nothing_starts_with_its_invoice(self):
        order = self.an_order(self.member)
        order.order_line.discount = 100
        order.action_confirm()
        self.assertFalse(order.invoice_ids)
        order._create_invoices().action_post()
        self.drain()
        self.assertEqual(self.running().tier_id.code, "premium")

    def test_a_renewal_that_costs_nothing_goes_on_without_asking_anybody(self):
        self.buy(self.member)
        plan = self.running()
        plan.renewal_discount = 100
        plan._review(END)
        self.assertRecordValues(plan, [{"state": "active", "period_end": date(2026, 3, 31)}])
        self.drain()
        plan._review(END + timedelta(days=1))
        self.assertEqual((len(plan.billing_ids), plan.notice_ids.mapped("code")), (1, []))
        self.assertEqual(len(plan.charge_ids), 2)

    def test_seats_given_back_never_make_a_bill_negative(self):
        self.a_plan("team-month").rc_seat_product_id.taxes_id = False
        self.buy(self.member, "team-month")
        plan = self.running()
        changes = self.env["rc.seat.change"]
        for number, credit in enumerate((60, 30)):
            changes.create(
                {
                    "key": f"free:{number}",
                    "subscription_id": plan.id,
                    "company_id": plan.company_id.id,
                    "quantity": -1,
                    "on": END,
                    "currency_id": plan.currency_id.id,
                    "credit": credit,
                    "reason": "test",
                }
            )
        plan.renewal_discount = 90  # 50 of 500
        plan._review(END)
        bill = plan.billing_ids.invoice_id
        self.assertEqual((bill.state, bill.amount_total), ("posted", 20))
        self.assertEqual(
            plan._get_seat_credits().mapped("credit"), [], "60 waits for a larger bill"
        )
        waiting = plan.seat_change_ids.filtered(lambda c: not c.credit_invoice_id and c.credit)
        self.assertEqual(waiting.mapped("credit"), [60])


@tagged("post_install", "-at_install")
class TestFreeInTheShop(MembershipCase, HttpCase):
    def test_a_cart_that_a_coupon_covers_starts_the_plan(self):
        user = self.a_portal_user("free-shopper")
        user.partner_id.write({"email": "free-shopper@example.com", **an_address(self.env)})
        plan = self.a_plan("premium-month")
        plan.is_published = True
        self.authenticate("free-shopper", "free-shopper")
        csrf = http.Request.csrf_token(self)
        self.url_open(
            "/membership/choose",
            data={"csrf_token": csrf, "product_id": plan.product_tmpl_id.id},
        )
        order = self.env["sale.order"].search([("partner_id", "=", user.partner_id.id)], limit=1)
        order.order_line.discount = 100
        self.env.flush_all()
        page = self.url_open("/shop/payment/validate")
        self.assertEqual(page.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual((order.state, order.invoice_ids.payment_state), ("sale", "paid"))
        self.drain()
        running = self.env["rc.subscription"]._get_running(user.partner_id, self.program)
        self.assertEqual((running.state, running.started_on), ("active", fields.Date.today()))
