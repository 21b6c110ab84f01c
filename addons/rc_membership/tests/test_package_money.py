"""Refunds, reviews and groups of packages where the money was not plain."""

from datetime import datetime

from odoo import Command
from odoo.tests import new_test_user, tagged

from .test_packages import DAY, PackageCase

NOW = datetime(2026, 1, 31, 12)


@tagged("post_install", "-at_install")
class TestPackageMoney(PackageCase):
    def a_refund(self, member):
        return self.env["rc.package.refund"]._request(self.purchase(member), "", NOW)

    def an_order_with(self, member, item, discount=0, quantity=1):
        order = self.an_order(member, item, quantity)
        if discount:
            coupon = self.env["product.product"].create(
                {"name": "Coupon", "type": "service", "invoice_policy": "order"}
            )
            line = {"product_id": coupon.id, "price_unit": -discount, "tax_ids": False}
            order.order_line = [Command.create(line)]
        return order

    def paid(self, order):
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = DAY
        invoice.action_post()
        if invoice.amount_total:
            self.pay(invoice, DAY)
        self.drain()
        return invoice

    def test_what_is_left_after_a_part_was_credited_is_refunded_whole(self):
        mia = self.a_member()
        self.no_welcome()
        invoice = self.buy(mia, "starter")
        self.refund(invoice, DAY, amount=49.5)
        self.drain()
        self.assertEqual(self.lots(mia), {"bought": 500, "bonus": 50})
        refund = self.a_refund(mia)
        refund._do(NOW)
        self.assertEqual((refund.unspent_points, refund.facts["value"]), (500, "49.50"))
        self.assertEqual(self.points(mia), (0, 0, 0, 0))

    def test_a_coupon_is_not_paid_back_as_money(self):
        mia = self.a_member()
        self.no_welcome()
        invoice = self.paid(self.an_order_with(mia, "starter", discount=59))
        self.assertEqual((invoice.amount_total, self.purchase(mia).amount), (40, 40))
        refund = self.a_refund(mia)
        refund._do(NOW)
        self.assertEqual(refund.facts["value"], "40.00")
        self.assertEqual(refund.credit_note_id.amount_total, float(refund.facts["amount"]))

    def test_a_purchase_whose_money_went_back_is_released_without_rank_and_benefits(self):
        mia = self.a_member()
        invoice = self.an_invoice(mia, "partner-l3")
        payment = self.pay(invoice)
        self.drain()
        purchase = self.purchase(mia)
        self.assertEqual(purchase.state, "review")
        payment.action_cancel()
        self.drain()
        purchase._release()
        self.assertEqual(self.points(mia), (0, 0, 0, 0))
        self.assertFalse(purchase._get_benefit_grants())
        self.assertNotEqual(mia._rc_get_ranks("patron", self.program)[mia.id], "l3")
        self.pay(invoice)
        self.drain()
        self.assertTrue(purchase._get_benefit_grants())
        self.assertEqual(mia._rc_get_ranks("patron", self.program)[mia.id], "l3")

    def test_a_refused_purchase_that_was_credited_in_part_gets_the_rest_only(self):
        mia = self.a_member()
        invoice = self.an_invoice(mia, "partner-l3")
        self.pay(invoice)
        self.drain()
        self.refund(invoice, DAY, amount=40000)
        self.drain()
        manager = new_test_user(
            self.env, "pm", groups="rc_membership.group_program_manager,base.group_user"
        )
        self.purchase(mia).with_user(manager).action_refuse("Not known")
        notes = invoice.reversal_move_ids.filtered(lambda m: m.state == "posted")
        self.assertEqual(sum(notes.mapped("amount_total")), 49999)

    def test_a_group_of_one_package_raises_no_other(self):
        self.no_welcome()
        group = self.env["rc.package.group"]._start(
            self.program, self.a_member("Owner"), NOW, self.a_plan("starter").rc_package_id
        )
        for number in range(3):
            order = self.an_order(self.a_member(f"Member {number}"), "booster")
            order._rc_join_group(group)
            self.paid(order)
        self.assertEqual(self.purchase(order.partner_id).points_total, 2300)
        self.assertFalse(group.paid_count)

    def test_a_key_of_one_member_is_no_spend_of_another(self):
        mia, leo = self.a_member(), self.a_member("Leo")
        for member in (mia, leo):
            self.an_account(member)._grant(50, f"gift:{member.id}", "test", occurred_at=NOW)
        self.an_account(mia)._spend(20, "same key", "test", occurred_at=NOW)
        with self.assertRaises(Exception) as caught:
            self.an_account(leo)._spend(20, "same key", "test", occurred_at=NOW)
        self.assertIn("other content", str(caught.exception))
        self.assertEqual(self.points(leo), (50, 0, 0, 0))
