from datetime import date, datetime

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import MembershipCase

PAID = date(2026, 3, 1)
DAY = date(2026, 3, 11)  # 21 of 31 days of March are unused


@tagged("post_install", "-at_install")
class TestPlanChange(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_member(email="mia@example.com")
        cls.buy(cls.member, "pro-month", on=PAID)
        cls.subscription = cls.env["rc.subscription"]._get_running(cls.member, cls.program)

    def noon_of(self, day):
        return freeze_time(datetime(day.year, day.month, day.day, 12))

    def change(self, item, day=DAY):
        with self.noon_of(day):
            return self.subscription._change_plan(self.a_plan(item), self.noon(day))

    def pay_order(self, order, day=DAY):
        with self.noon_of(day):
            order.action_confirm()
            invoice = order._create_invoices()
            invoice.invoice_date = day
            invoice.action_post()
            if invoice.amount_total:
                self.pay(invoice, day)
            self.drain()
        return invoice

    def test_an_upgrade_credits_unused_days_and_starts_a_full_period(self):
        order = self.change("premium-month")
        self.assertRecordValues(
            order.order_line,
            [
                {"product_id": self.a_plan("premium-month").id, "price_total": 25},
                {"product_id": self.a_plan("credit-unused").id, "price_total": -10.16},
            ],
        )
        self.assertEqual((order.amount_total, order.state), (14.84, "sent"))
        self.assertEqual(self.member.rc_tier_id.code, "pro", "nothing changes before it is paid")
        self.pay_order(order)
        self.assertRecordValues(
            self.subscription,
            [{"period_start": DAY, "period_end": date(2026, 4, 11), "state": "active"}],
        )
        self.assertEqual(self.subscription.tier_id.code, "premium")
        self.assertEqual(
            self.subscription.charge_ids.sorted("period_start").mapped("kind"),
            ["first", "upgrade"],
        )
        self.assertEqual(self.subscription._get_renewal_price(), 25, "the credit was for once")

    def test_a_second_upgrade_credits_the_worth_of_the_period_not_what_was_left_to_pay(self):
        self.pay_order(self.change("premium-month"))
        change = self.subscription._get_change(self.a_plan("ultimate-month"), DAY)
        self.assertEqual(str(change["credit"]), "25.00")

    def test_a_coupon_of_the_first_period_lowers_the_credit(self):
        other = self.a_member("Leo")
        order = self.an_order(other, "pro-month")
        coupon = self.env["product.product"].create({"name": "Coupon", "type": "service"})
        coupon.invoice_policy = "order"
        order.order_line = [
            Command.create({"product_id": coupon.id, "price_unit": -5.1, "tax_ids": False})
        ]
        self.pay_order(order, PAID)
        theirs = self.env["rc.subscription"]._get_running(other, self.program)
        change = theirs._get_change(self.a_plan("premium-month"), DAY)
        self.assertEqual(str(change["credit"]), "6.71")  # 9.90 × 21 ÷ 31 = 6.706

    def test_what_was_refunded_is_not_credited_again(self):
        self.refund(self.subscription.charge_ids.invoice_id, PAID, amount=5)
        self.drain()
        change = self.subscription._get_change(self.a_plan("premium-month"), DAY)
        self.assertEqual(str(change["credit"]), "6.77")  # 10.00 × 21 ÷ 31

    def test_a_credit_is_used_once(self):
        first, second = self.change("premium-month"), None
        self.assertEqual(first.state, "sent")
        second = self.change("premium-month")
        self.assertEqual((first.state, second.state), ("cancel", "sent"))
        again = first.copy()
        self.assertFalse(again.order_line.rc_credit_subscription_id, "a copy credits nothing")
        third = self.env["sale.order"].create(
            self.subscription._prepare_change_vals(self.a_plan("premium-month"), DAY)
        )
        self.pay_order(second)
        self.pay_order(third)
        self.assertEqual(third.amount_total, 25)

    def test_less_waits_for_the_periods_end_and_may_be_taken_back(self):
        self.pay_order(self.change("premium-month"))
        self.assertFalse(self.change("pro-month"))
        self.assertEqual(self.subscription.next_product_id, self.a_plan("pro-month"))
        self.subscription._keep_plan()
        self.assertFalse(self.subscription.next_product_id)
        self.change("pro-month")
        end = date(2026, 4, 11)
        with self.noon_of(end):
            self.subscription._review(end)
            bill = self.subscription._get_billing().invoice_id
            self.assertEqual((bill.amount_untaxed, self.subscription.tier_id.code), (15, "premium"))
            self.pay(bill, end)
            self.drain()
        self.assertRecordValues(
            self.subscription,
            [
                {
                    "product_id": self.a_plan("pro-month").id,
                    "period_start": end,
                    "period_end": date(2026, 5, 11),
                    "next_product_id": False,
                }
            ],
        )
        self.assertEqual(bill.invoice_line_ids._rc_get_charge_kind(), "renewal")

    def test_a_credit_larger_than_the_price_waits_for_the_end(self):
        other = self.a_member("Leo")
        self.buy(other, "pro-year", on=PAID)
        theirs = self.env["rc.subscription"]._get_running(other, self.program)
        change = theirs._get_change(self.a_plan("premium-month"), DAY)
        self.assertEqual((change["when"], change["on"]), ("end", date(2027, 3, 1)))

    def test_a_whole_credit_needs_no_payment(self):
        premium = self.a_plan("premium-month")
        premium.list_price = 15
        order = self.change("premium-month", PAID)
        self.drain()
        self.assertEqual((order.state, order.amount_total), ("sale", 0))
        self.assertEqual(self.subscription.tier_id.code, "premium")

    def test_what_cannot_be_is_refused(self):
        for plan in (self.a_plan("pro-month"), self.a_plan("credit-unused")):
            with self.assertRaises(UserError):
                self.subscription._change_plan(plan, self.noon(DAY))
        self.subscription._cancel_now(self.noon(DAY))
        with self.assertRaisesRegex(UserError, "has ended"):
            self.subscription._change_plan(self.a_plan("premium-month"), self.noon(DAY))

    def test_a_plan_that_is_billed_already_cannot_be_lowered(self):
        self.pay_order(self.change("premium-month"))
        self.subscription._bill_next_period(date(2026, 4, 11))
        with self.assertRaisesRegex(UserError, "made already"):
            self.subscription._change_plan(self.a_plan("pro-month"), self.noon(date(2026, 4, 11)))

    def test_cancelled_now_the_tier_is_gone_and_an_open_bill_taken_back(self):
        self.subscription._bill_next_period(date(2026, 4, 1))
        with self.noon_of(date(2026, 4, 2)):
            self.subscription._cancel_now(self.noon(date(2026, 4, 2)))
        self.assertRecordValues(
            self.subscription, [{"state": "cancelled", "ended_on": date(2026, 4, 2)}]
        )
        self.assertEqual(self.subscription._get_billing().invoice_id.payment_state, "reversed")

    # ------------------------------------------------------------------

    def test_a_trial_is_for_new_members_once(self):
        plan = self.a_plan("premium-month")
        trials = self.env["rc.subscription"]
        with self.assertRaisesRegex(UserError, "new members"):
            trials._start_trial(self.member, plan, DAY, 7)
        other = self.a_member("Leo", email="leo@example.com")
        with self.assertRaises(UserError):
            trials._start_trial(other, plan, DAY)  # the plan has no trial days
        trial = trials._start_trial(other, plan, DAY, 7)
        self.assertRecordValues(trial, [{"state": "trial", "period_end": date(2026, 3, 18)}])
        self.assertEqual(other.rc_tier_id.code, "premium")
        trial._review(date(2026, 3, 18))
        self.assertEqual((trial.state, other.rc_tier_id.code), ("expired", "free"))
        with self.assertRaises(UserError):
            trials._start_trial(other, plan, DAY, 7)
        self.buy(other, on=date(2026, 3, 20))
        self.assertEqual(other.rc_subscription_ids.charge_ids.kind, "first")

    def test_a_trial_that_is_paid_becomes_the_plan_after_its_last_day(self):
        other = self.a_member("Leo")
        plan = self.a_plan("premium-month")
        trial = self.env["rc.subscription"]._start_trial(other, plan, DAY, 7)
        self.buy(other, on=date(2026, 3, 13))
        self.assertRecordValues(
            trial, [{"state": "active", "period_end": date(2026, 4, 18), "is_ending": False}]
        )
        self.assertRecordValues(
            trial.charge_ids, [{"kind": "first", "period_start": date(2026, 3, 18)}]
        )

    # ------------------------------------------------------------------

    def test_a_gift_goes_to_its_recipient_who_is_never_billed_for_it(self):
        order = self.an_order(self.member, "ultimate-month")
        order.order_line.rc_recipient_email = "Friend <friend@example.com>"
        self.pay_order(order)
        friend = self.env["res.partner"].search([("email_normalized", "=", "friend@example.com")])
        gift = self.env["rc.subscription"]._get_running(friend, self.program)
        self.assertRecordValues(
            gift, [{"is_ending": True, "period_end": date(2026, 4, 11), "partner_id": friend.id}]
        )
        self.assertEqual(self.subscription.tier_id.code, "pro", "the giver's own plan stays")
        gift._review(date(2026, 4, 11))
        self.assertEqual((gift.state, len(gift.billing_ids)), ("cancelled", 0))

    def test_a_plan_is_given_to_another_owner_by_a_manager(self):
        boss = self.a_member("Boss")
        manager = new_test_user(
            self.env,
            "transfer-manager",
            groups="rc_membership.group_program_manager,base.group_partner_manager",
        )
        wizard = (
            self.env["rc.subscription.transfer"]
            .with_user(manager)
            .create({"subscription_id": self.subscription.id, "partner_id": boss.id})
        )
        wizard.action_transfer()
        self.assertEqual(self.subscription.partner_id, boss)
        self.assertEqual((boss.rc_tier_id.code, self.member.rc_tier_id.code), ("pro", "free"))
        with self.assertRaisesRegex(UserError, "already"):
            self.subscription._transfer(boss, DAY)

    def test_a_manager_gives_days_once_a_salesperson_does_not(self):
        manager = new_test_user(
            self.env, "days-manager", groups="rc_membership.group_program_manager"
        )
        sales = new_test_user(self.env, "days-sales", groups="rc_membership.group_salesperson")
        wizard = (
            self.env["rc.subscription.days"]
            .with_user(manager)
            .create(
                {
                    "partner_id": self.member.id,
                    "tier_id": self.subscription.tier_id.id,
                    "days": 10,
                    "reason": "sorry",
                }
            )
        )
        with self.noon_of(DAY):
            wizard.action_give()
            wizard.action_give()
        self.assertEqual(self.subscription.period_end, date(2026, 4, 11))
        with self.assertRaises(UserError):
            wizard.with_user(sales).action_give()
