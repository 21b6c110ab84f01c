from odoo.tests import tagged

from odoo.addons.rc_membership.exceptions import Refusal

from .common import CounterCase


@tagged("post_install", "-at_install")
class TestCounterSales(CounterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        package = cls.env["rc.package"].search([("code", "=", "starter")])
        cls.starter = cls.env["product.product"].search([("rc_package_id", "=", package.id)])
        package.currency_id.rate_ids.unlink()

    def a_rate(self, dollars):
        """Let a unit of the packages' currency be worth so many dollars."""
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.starter.rc_package_id.currency_id.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 1 / dollars,
            }
        )

    def test_a_plan_starts_whether_or_not_the_customer_asks_for_the_invoice(self):
        for is_asked in (False, True):
            member = self.a_member()
            order = self.send(
                self.a_ticket(member, self.a_line(self.a_plan("pro-month")), to_invoice=is_asked)
            )
            self.assertEqual(order.account_move.payment_state, "paid")
            subscription = self.running(member)
            self.assertEqual(subscription.tier_id.code, "pro")
            self.assertEqual(subscription.charge_ids.invoice_id, order.account_move)

    def test_an_order_that_is_sent_again_gives_nothing_again(self):
        ticket = self.a_ticket(self.mia, self.a_line(self.a_plan("pro-month")))
        order = self.send(ticket)
        again = self.send(ticket)
        self.assertEqual(again, order)
        self.assertEqual(len(self.running(self.mia).charge_ids), 1)
        self.assertEqual(len(order.account_move), 1)

    def test_it_is_for_the_customer_not_for_the_invoice_address(self):
        self.env["res.partner"].create(
            {"name": "Accounts", "type": "invoice", "parent_id": self.mia.id}
        )
        order = self.send(self.a_ticket(self.mia, self.a_line(self.a_plan("pro-month"))))
        self.assertEqual(order.account_move.partner_id.name, "Accounts")
        self.assertTrue(self.running(self.mia))

    def test_a_refund_at_the_counter_ends_the_plan_once(self):
        order = self.send(self.a_ticket(self.mia, self.a_line(self.a_plan("pro-month"))))
        subscription = self.running(self.mia)
        refund = self.take_back(order)
        self.assertEqual(refund.account_move.reversed_entry_id, order.account_move)
        self.assertEqual(subscription.state, "cancelled")

    def test_a_refund_without_its_customer_is_that_of_the_order(self):
        order = self.send(self.a_ticket(self.mia, self.a_line(self.a_plan("pro-month"))))
        refund = self.take_back(order, partner_id=False)
        self.assertEqual(refund.partner_id, self.mia)
        self.assertFalse(self.running(self.mia))

    def test_what_is_paid_later_starts_with_the_money(self):
        order = self.send(
            self.a_ticket(self.mia, self.a_line(self.a_plan("pro-month")), method=self.later)
        )
        self.assertEqual(order.account_move.payment_state, "not_paid")
        self.assertFalse(self.running(self.mia))
        self.pay(order.account_move)
        self.env["rc.event"]._drain()
        self.assertTrue(self.running(self.mia))

    def test_a_package_gives_its_points_and_takes_them_back(self):
        self.a_rate(0.14)
        order = self.send(self.a_ticket(self.mia, self.a_line(self.starter, price=13.86)))
        account = self.an_account(self.mia)
        self.assertEqual(self.available(account), 1650)  # first purchase
        self.take_back(order)
        self.assertEqual(self.available(account), 0)

    def test_an_addon_gives_its_stock(self):
        product = self.a_plan("diary-pdf")
        self.send(self.a_ticket(self.mia, self.a_line(product, 2)))
        grant = self.env["rc.entitlement.grant"].search([("partner_id", "=", self.mia.id)])
        self.assertEqual(grant.entitlement_id, product.rc_entitlement_id)
        self.assertEqual(grant.amount, 2 * product.rc_entitlement_amount)

    def test_somebody_without_a_name_cannot_buy_a_plan(self):
        ticket = self.a_ticket(None, self.a_line(self.a_plan("pro-month")))
        with self.assertRaisesRegex(Refusal, "is for a member: choose the customer first"):
            self.send(ticket)

    def test_half_a_plan_cannot_be_bought(self):
        ticket = self.a_ticket(self.mia, self.a_line(self.a_plan("pro-month"), 0.5))
        with self.assertRaisesRegex(Refusal, "is sold in whole numbers"):
            self.send(ticket)

    def test_a_package_without_an_exchange_rate_is_refused(self):
        with self.assertRaisesRegex(Refusal, "there is no exchange rate for it yet"):
            self.send(self.a_ticket(self.mia, self.a_line(self.starter)))

    def test_what_members_buy_is_invoiced_and_earns(self):
        self.an_account(self.mia)
        order = self.send(self.a_ticket(self.mia, self.a_line(self.goods)))
        rule = self.env["rc.point.rule"].search(
            [("program_id", "=", self.program.id), ("event", "=", "payment")], limit=1
        )
        self.assertTrue(rule)
        self.assertEqual(order.account_move.amount_total, 40)
        earned = self.env["rc.point.entry"].search(
            [("origin_model", "=", "account.move"), ("origin_id", "=", order.account_move.id)]
        )
        self.assertEqual(sum(earned.mapped("amount")), 40 * rule.points_per_unit)

    def test_what_others_buy_is_not_invoiced_for_us(self):
        self.assertFalse(self.send(self.a_ticket(None, self.a_line(self.goods))).account_move)
        guest = self.a_member("Guest")
        self.assertFalse(self.send(self.a_ticket(guest, self.a_line(self.goods))).account_move)
        self.config.rc_invoice_members = False
        self.an_account(self.mia)
        self.assertFalse(self.send(self.a_ticket(self.mia, self.a_line(self.goods))).account_move)

    def test_the_counter_shows_what_is_for_members_and_prices_packages_in_its_currency(self):
        self.a_rate(0.14)
        counter = self.pos_session.with_user(self.cashier).with_context(pos_limited_loading=False)
        data = counter.load_data(["pos.config", "product.template", "product.product"])
        rows = {row["id"]: row for row in data["product.template"]}
        plan = self.a_plan("pro-month").product_tmpl_id
        self.assertTrue(rows[plan.id]["rc_needs_customer"])
        self.assertFalse(rows[self.goods.product_tmpl_id.id]["rc_needs_customer"])
        self.assertAlmostEqual(rows[self.starter.product_tmpl_id.id]["list_price"], 13.86, 2)
        prices = {row["id"]: row["lst_price"] for row in data["product.product"]}
        self.assertAlmostEqual(prices[self.starter.id], 13.86, 2)
