from datetime import date, datetime, timedelta
from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestSubscription(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_member()

    def subscriptions(self):
        return self.env["rc.subscription"].search([("partner_id", "=", self.member.id)])

    def test_nobody_paid_is_free(self):
        self.assertEqual(self.member.rc_tier_id.code, "free")

    def test_a_confirmed_order_gives_nothing_a_paid_invoice_gives_the_tier(self):
        invoice = self.an_invoice(self.member)
        self.drain()
        self.assertEqual(self.member.rc_tier_id.code, "free")
        self.pay(invoice)
        self.drain()
        self.assertRecordValues(
            self.subscriptions(),
            [
                {
                    "state": "active",
                    "tier_id": self.env.ref("rc_membership.tier_premium").id,
                    "period_start": date(2026, 1, 31),
                    "period_end": date(2026, 2, 28),
                    "anchor_on": date(2026, 1, 31),
                }
            ],
        )
        self.assertEqual(self.member.rc_tier_id.code, "premium")

    def test_a_part_payment_gives_no_tier(self):
        invoice = self.an_invoice(self.member)
        self.pay(invoice, amount=10)
        self.drain()
        self.assertFalse(self.subscriptions())

    def test_delivered_twice_it_is_charged_once(self):
        invoice = self.buy(self.member)
        invoice._rc_ensure_charges()
        self.env["rc.event"].search([]).write({"state": "todo"})
        self.drain()
        self.assertRecordValues(
            self.subscriptions().charge_ids,
            [{"kind": "first", "period_start": date(2026, 1, 31), "period_end": date(2026, 2, 28)}],
        )

    def test_a_renewal_follows_the_period_on_the_anchors_day(self):
        self.buy(self.member)
        self.buy(self.member, on=date(2026, 2, 20))
        self.assertRecordValues(
            self.subscriptions().charge_ids.sorted("period_start"),
            [
                {"kind": "first", "period_end": date(2026, 2, 28)},
                {"kind": "renewal", "period_end": date(2026, 3, 31)},
            ],
        )

    def test_three_months_bought_at_once_last_three_months(self):
        invoice = self.an_invoice(self.member, quantity=3)
        self.pay(invoice)
        self.drain()
        self.assertEqual(self.subscriptions().period_end, date(2026, 4, 30))

    def test_another_plan_starts_a_full_period_at_once(self):
        self.buy(self.member)
        self.buy(self.member, "ultimate-year", on=date(2026, 2, 10))
        self.assertRecordValues(
            self.subscriptions(),
            [{"period_start": date(2026, 2, 10), "period_end": date(2027, 2, 10)}],
        )
        self.assertEqual(self.member.rc_tier_id.code, "ultimate")
        self.assertEqual(
            self.subscriptions().charge_ids.sorted("period_start").mapped("kind"),
            ["first", "upgrade"],
        )

    def test_a_period_is_over_when_the_day_begins_where_the_company_is(self):
        self.buy(self.member)  # paid until 28 February
        subscriptions = self.env["rc.subscription"]
        begins = datetime(2026, 2, 27, 16)  # naive UTC of 28 February, 00:00 in Shanghai
        self.company.partner_id.tz = "Asia/Shanghai"
        self.assertIn(self.subscriptions(), subscriptions._get_due(begins))
        self.assertNotIn(
            self.subscriptions(), subscriptions._get_due(begins - timedelta(seconds=1))
        )
        self.company.partner_id.tz = "America/Los_Angeles"
        self.assertNotIn(self.subscriptions(), subscriptions._get_due(begins))

    def test_one_that_cannot_be_billed_does_not_stop_the_others(self):
        self.buy(self.member)
        other = self.a_member("Leo")
        self.buy(other)
        first, second = (
            self.subscriptions(),
            self.env["rc.subscription"]._get_running(other, self.program),
        )
        review = type(first)._review

        def fail(subscription, today):
            if subscription == first:
                raise ValueError("no account for this product")
            return review(subscription, today)

        with (
            freeze_time("2026-02-28 12:00:00"),
            patch.object(type(first), "_review", fail),
            mute_logger("odoo.addons.rc_membership.models.rc_event"),
            self.enter_registry_test_mode(),
        ):
            cron = self.env.ref("rc_membership.ir_cron_subscription_review")
            for _run in range(2):  # a second run on the day adds nothing
                cron.method_direct_trigger()
        self.assertEqual((first.state, second.state), ("active", "past_due"))
        events = self.env["rc.event"].search([("kind", "=", "subscription_due")], order="id")
        self.assertEqual(
            [(event.res_id, event.state, bool(event.error)) for event in events],
            [(first.id, "todo", True), (second.id, "done", False)],
        )

    def test_the_review_bills_once_and_a_paid_renewal_runs_on(self):
        self.buy(self.member)
        subscription = self.subscriptions()
        with freeze_time("2026-02-28 12:00:00"):
            subscription._review(date(2026, 2, 28))
            subscription._review(date(2026, 2, 28))
        renewal = self.env["account.move"].search([("rc_subscription_id", "=", subscription.id)])
        self.assertRecordValues(
            renewal,
            [{"state": "posted", "amount_untaxed": 25, "invoice_date": date(2026, 2, 28)}],
        )
        self.assertEqual(subscription.state, "past_due")
        self.assertEqual(self.member.rc_tier_id.code, "premium", "grace keeps the tier")
        self.pay(renewal, date(2026, 3, 3))
        self.drain()
        self.assertRecordValues(
            subscription, [{"state": "active", "period_end": date(2026, 3, 31)}]
        )
        self.assertEqual(renewal.invoice_line_ids._rc_get_charge_kind(), "renewal")

    def test_unpaid_it_expires_after_grace_and_may_come_back(self):
        self.buy(self.member)
        subscription = self.subscriptions()
        for day in (28, 31):
            subscription._review(date(2026, 2, 28) if day == 28 else date(2026, 3, 7))
        self.assertRecordValues(subscription, [{"state": "expired", "ended_on": date(2026, 3, 7)}])
        self.assertEqual(self.member.rc_tier_id.code, "free")
        self.buy(self.member, on=date(2026, 4, 1))
        self.assertEqual(self.subscriptions().mapped("state"), ["active", "expired"])
        self.assertEqual(self.subscriptions()[0].charge_ids.kind, "renewal")

    def test_cancelled_at_the_end_it_is_not_billed_and_ends_that_day(self):
        self.buy(self.member)
        subscription = self.subscriptions()
        subscription._set_ending(True)
        subscription._review(date(2026, 2, 27))
        self.assertEqual(self.member.rc_tier_id.code, "premium")
        subscription._review(date(2026, 2, 28))
        self.assertRecordValues(subscription, [{"state": "cancelled"}])
        self.assertFalse(
            self.env["account.move"].search([("rc_subscription_id", "=", subscription.id)])
        )
        with self.assertRaisesRegex(UserError, "Choose a plan"):
            subscription._set_ending(False)

    def test_a_full_refund_ends_it_a_part_does_not(self):
        invoice = self.buy(self.member)
        self.refund(invoice, amount=10)
        self.drain()
        self.assertEqual(self.subscriptions().state, "active")
        self.refund(invoice, amount=15)
        self.drain()
        self.assertEqual(self.subscriptions().state, "cancelled")

    def test_a_bounced_payment_ends_it_and_a_new_one_lets_it_run_again(self):
        with freeze_time("2026-02-01 12:00:00"):
            invoice = self.an_invoice(self.member)
            payment = self.pay(invoice)
            self.drain()
            payment.action_cancel()
            self.drain()
            self.assertRecordValues(
                self.subscriptions(), [{"state": "cancelled", "ended_on": date(2026, 2, 1)}]
            )
            self.pay(invoice, date(2026, 2, 1))
            self.drain()
        self.assertRecordValues(
            self.subscriptions(),
            [{"state": "active", "ended_on": False, "period_end": date(2026, 2, 28)}],
        )
        self.assertEqual(len(self.subscriptions().charge_ids), 1)

    def test_a_cancelled_invoice_ends_it(self):
        invoice = self.buy(self.member)
        invoice.line_ids.remove_move_reconcile()
        invoice.button_draft()
        invoice.button_cancel()
        self.drain()
        self.assertEqual(self.subscriptions().state, "cancelled")

    def test_the_database_allows_one_running_plan_and_one_charge_a_period(self):
        self.buy(self.member)
        charge = self.subscriptions().charge_ids
        other = self.buy(self.a_member("Leo"))
        for query, values in (
            (
                "INSERT INTO rc_subscription_charge (subscription_id, invoice_line_id, kind,"
                " period_start, period_end) VALUES (%s, %s, 'renewal', '2026-01-31', '2026-03-31')",
                [charge.subscription_id.id, other.invoice_line_ids.id],
            ),
            (
                "UPDATE rc_subscription SET partner_id = %s WHERE partner_id = %s",
                [self.member.id, other.partner_id.id],
            ),
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, values)

    def test_the_cron_catches_up_after_days_off(self):
        self.buy(self.member)
        with freeze_time("2026-03-20 06:00:00"), self.enter_registry_test_mode():
            self.env.ref("rc_membership.ir_cron_subscription_review").method_direct_trigger()
        self.drain()
        self.assertRecordValues(
            self.subscriptions(), [{"state": "expired", "ended_on": date(2026, 3, 20)}]
        )
