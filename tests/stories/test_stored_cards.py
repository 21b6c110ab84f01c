"""Stored cards: charged on the day, refused, tried again, unanswered, and what members are told.

Here and not in the addon, because the provider that answers is Odoo's payment_demo.
"""

import contextlib
from datetime import date, datetime, timedelta
from unittest.mock import patch

import psycopg2.errors
import requests

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.rc_membership.tests.common import MembershipCase

PAID = date(2026, 1, 31)
END = date(2026, 2, 28)


class CardCase(MembershipCase):
    """A member with a stored card at the demo provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        provider = cls.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", cls.company.id)], limit=1
        )
        if not provider:
            raise cls.failureException("these tests need the module payment_demo")
        provider.write({"state": "test", "is_published": True})
        cls.provider = provider
        cls.member = cls.a_member(email="mia@example.com")
        cls.buy(cls.member)
        cls.subscription = cls.env["rc.subscription"]._get_running(cls.member, cls.program)

    @classmethod
    def a_card(cls, answer="done", partner=None):
        return cls.env["payment.token"].create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": cls.provider.payment_method_ids[:1].id
                or cls.env["payment.method"].search([], limit=1).id,
                "payment_details": "4242",
                "partner_id": (partner or cls.member).id,
                "provider_ref": "demo",
                "demo_simulated_state": answer,
            }
        )

    def run_cron(self, day, hour=12):
        """Run the one cron as the server does, with the clock set to a day."""
        at = datetime(day.year, day.month, day.day, hour)
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref("rc_membership.ir_cron_subscription_review").method_direct_trigger()
        self.env.invalidate_all()
        failed = self.env["rc.event"].search([("error", "!=", False)])
        self.assertFalse(failed.mapped("error"))

    def bills(self):
        return self.env["account.move"].search(
            [("rc_subscription_id", "=", self.subscription.id), ("move_type", "=", "out_invoice")]
        )

    def notices(self):
        return self.subscription.notice_ids.sorted("id").mapped("code")


@tagged("post_install", "-at_install")
class TestStoredCard(CardCase):
    def test_a_stored_card_is_charged_on_the_day_and_the_plan_runs_on(self):
        self.subscription._set_token(self.a_card())
        self.run_cron(END - timedelta(days=1))
        self.assertFalse(self.bills())
        self.run_cron(END)
        self.assertRecordValues(
            self.subscription, [{"state": "active", "period_end": date(2026, 3, 31)}]
        )
        self.assertRecordValues(
            self.bills(), [{"payment_state": "paid", "amount_total": 25, "invoice_date": END}]
        )
        self.assertEqual(self.subscription.attempt_ids.mapped("state"), ["done"])

    def test_the_cron_runs_twice_and_charges_once(self):
        self.subscription._set_token(self.a_card())
        for hour in (6, 7, 18):
            self.run_cron(END, hour)
        self.assertEqual(len(self.bills()), 1)
        self.assertEqual(len(self.subscription.attempt_ids), 1)

    def test_a_refused_card_is_tried_on_days_1_3_7_and_then_the_tier_goes(self):
        self.subscription._set_token(self.a_card("error"))
        states = {}
        for late in range(9):
            self.run_cron(END + timedelta(days=late))
            states[late] = (self.subscription.state, len(self.subscription.attempt_ids))
        self.assertEqual(
            states,
            {
                0: ("past_due", 1),
                1: ("past_due", 2),
                2: ("past_due", 2),
                3: ("grace", 3),
                4: ("grace", 3),
                5: ("grace", 3),
                6: ("grace", 3),
                7: ("expired", 4),
                8: ("expired", 4),
            },
        )
        self.assertEqual(self.member.rc_tier_id.code, "free")
        self.assertEqual(self.notices(), ["failed_0", "failed_1", "failed_3", "failed_7", "ended"])
        bill = self.bills()
        self.assertEqual((len(bill), bill.payment_state), (1, "reversed"), "nothing is owed")
        mails = self.env["mail.mail"].search([("recipient_ids", "=", self.member.id)])
        self.assertEqual(
            len(mails.filtered(lambda m: "could not renew" in m.subject)),
            4,
            mails.mapped("subject"),
        )

    def test_a_new_card_in_time_keeps_the_plan(self):
        self.subscription._set_token(self.a_card("error"))
        self.run_cron(END)
        self.subscription._set_token(self.a_card())
        self.run_cron(END + timedelta(days=1))
        self.assertRecordValues(
            self.subscription,
            [{"state": "active", "period_start": END, "period_end": date(2026, 3, 31)}],
        )
        self.assertEqual(len(self.bills()), 1)

    def test_what_is_pending_is_not_tried_again_and_counts_when_it_comes(self):
        self.subscription._set_token(self.a_card("pending"))
        for late in (0, 1, 3):
            self.run_cron(END + timedelta(days=late))
        self.assertEqual(self.subscription.attempt_ids.mapped("state"), ["pending"])
        transaction = self.subscription.attempt_ids.transaction_id
        with freeze_time(datetime(2026, 3, 5, 12)):
            transaction.action_demo_set_done()
            transaction._post_process()
            self.drain()
        self.assertEqual(self.subscription.attempt_ids.mapped("state"), ["done"])
        self.assertRecordValues(
            self.subscription, [{"state": "active", "period_end": date(2026, 3, 31)}]
        )

    def test_a_pending_charge_that_fails_later_goes_on_with_the_next_try(self):
        self.subscription._set_token(self.a_card("pending"))
        self.run_cron(END)
        self.subscription.attempt_ids.transaction_id.action_demo_set_canceled()
        self.subscription._set_token(self.a_card())
        self.run_cron(END + timedelta(days=1))
        self.assertEqual(
            self.subscription.attempt_ids.sorted("try_day").mapped("state"), ["refused", "done"]
        )

    def test_an_archived_card_is_no_card_the_bill_is_mailed(self):
        card = self.a_card()
        self.subscription._set_token(card)
        card.active = False
        self.run_cron(END)
        self.assertFalse(self.subscription.attempt_ids)
        self.assertEqual((self.bills().state, self.notices()), ("posted", ["unpaid_0"]))

    def test_a_bank_that_asks_the_payer_is_told_as_such(self):
        self.subscription._set_token(self.a_card())
        transaction = type(self.env["payment.transaction"])

        def ask(tx):
            tx._set_error("authentication_required: confirm with 3D Secure")

        with patch.object(transaction, "_send_payment_request", ask):
            self.run_cron(END)
        self.assertEqual(self.subscription.attempt_ids.failure, "sca")
        mail = self.env["mail.mail"].search([("recipient_ids", "=", self.member.id)], limit=1)
        self.assertIn("bank asks you to confirm", mail.body_html)

    def test_somebody_elses_card_is_refused(self):
        card = self.a_card(partner=self.a_member("Leo"))
        with self.assertRaisesRegex(UserError, "not stored for you"):
            self.subscription._set_token(card)
        self.assertFalse(self.subscription.token_id)

    def test_a_bill_paid_by_hand_is_not_charged(self):
        self.subscription._set_token(self.a_card())
        with freeze_time(datetime(2026, 2, 28, 8)):
            self.subscription._review(END)  # the try is on record, nobody was asked yet
        self.pay(self.bills(), END)
        self.run_cron(END)
        self.assertEqual(self.subscription.attempt_ids.mapped("state"), ["dropped"])
        self.assertEqual(self.subscription.period_end, date(2026, 3, 31))


@tagged("post_install", "-at_install")
class TestUnknownAnswers(CardCase):
    def setUp(self):
        super().setUp()
        self.subscription._set_token(self.a_card())
        self.calls = []

    def cut_off(self, error=ZeroDivisionError):
        """Patch the provider: it takes the money, and the worker dies before it knows."""

        def charge(tx):
            self.calls.append(tx.reference)
            raise error

        return patch.object(type(self.env["payment.transaction"]), "_send_payment_request", charge)

    def attempt(self):
        return self.subscription.attempt_ids

    def test_a_worker_that_dies_while_asking_leaves_a_try_that_is_asked_again_by_its_reference(
        self,
    ):
        with (
            self.cut_off(),
            mute_logger("odoo.addons.rc_membership.models.rc_subscription_attempt"),
        ):
            self.run_cron(END)
        self.assertEqual((self.attempt().state, len(self.calls)), ("asked", 1))
        self.run_cron(END)  # too early: the other worker may still wait for the answer
        self.assertEqual(self.attempt().state, "asked")
        self.run_cron(END, hour=13)
        self.assertEqual(self.attempt().mapped("state"), ["done"])
        self.assertEqual(self.attempt().transaction_id.reference, self.calls[0])
        self.assertEqual(self.subscription.period_end, date(2026, 3, 31))

    def test_where_asking_again_could_charge_twice_a_person_decides(self):
        with (
            self.cut_off(),
            mute_logger("odoo.addons.rc_membership.models.rc_subscription_attempt"),
        ):
            self.run_cron(END)
        never = patch.object(type(self.attempt()), "_may_repeat", lambda attempt: False)
        with never:
            self.run_cron(END, hour=13)
            self.run_cron(END + timedelta(days=1))
        self.assertEqual(self.attempt().mapped("state"), ["unknown"])
        self.assertEqual(len(self.subscription.activity_ids), 1)
        salesperson = new_test_user(
            self.env, "life-sales", groups="rc_membership.group_salesperson"
        )
        with self.assertRaises(UserError):
            self.attempt().with_user(salesperson).action_not_paid()
        manager = new_test_user(
            self.env, "life-manager", groups="rc_membership.group_program_manager"
        )
        with freeze_time(datetime(2026, 3, 2, 12)):
            self.attempt().with_user(manager).action_not_paid()
        self.assertEqual(self.attempt().sorted("try_day").mapped("state"), ["refused", "ready"])
        self.run_cron(END + timedelta(days=3))
        self.assertEqual(self.subscription.state, "active")
        self.assertEqual(len(self.bills()), 1)

    def test_a_broken_connection_is_no_refusal(self):
        def charge(tx):  # what Stripe's own code makes of a timeout
            tx.rc_is_unanswered = True
            tx._set_error("Could not establish the connection to the payment provider.")

        transaction = type(self.env["payment.transaction"])
        with patch.object(transaction, "_send_payment_request", charge):
            self.run_cron(END)
        self.assertEqual(self.attempt().state, "unknown")
        self.assertNotIn("failed_0", self.notices())
        self.run_cron(END, hour=13)
        self.assertEqual(self.attempt().mapped("state"), ["done"])

    def test_the_provider_layer_marks_a_timeout(self):
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.a_card().payment_method_id.id,
                "amount": 1,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.member.id,
                "reference": "life-timeout",
            }
        )
        provider = type(self.provider)

        def url(record, endpoint, **kwargs):
            return "https://provider.example/"

        with (
            patch.object(provider, "_build_request_url", url),
            patch.object(requests, "request", side_effect=requests.exceptions.Timeout),
            contextlib.suppress(ValidationError),  # assertRaises would take the mark back
        ):
            transaction._send_api_request("POST", "charges")
            self.fail("a timeout is an error")
        self.assertTrue(transaction.rc_is_unanswered)

    def test_the_database_allows_one_open_or_paid_try_per_bill(self):
        self.run_cron(END)
        done = self.attempt()
        for query in (
            "INSERT INTO rc_subscription_attempt (billing_id, subscription_id, try_day, due_on,"
            " transaction_id, state) VALUES (%s, %s, 3, '2026-03-03', %s, 'ready')",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    query,
                    [done.billing_id.id, self.subscription.id, done.transaction_id.id],
                )


@tagged("post_install", "-at_install")
class TestCatchUp(CardCase):
    def test_after_45_days_off_one_period_is_billed_and_starts_that_day(self):
        self.subscription._set_token(self.a_card())
        day = END + timedelta(days=45)
        self.run_cron(day)
        self.assertEqual(len(self.bills()), 1)
        self.assertRecordValues(
            self.subscription,
            [{"state": "active", "period_start": day, "period_end": date(2026, 5, 14)}],
        )

    def test_after_45_days_off_a_refused_card_ends_it_and_nothing_is_owed(self):
        self.subscription._set_token(self.a_card("error"))
        self.run_cron(END + timedelta(days=45))
        self.assertEqual(self.subscription.state, "expired")
        self.assertEqual(self.bills().mapped("payment_state"), ["reversed"])

    def test_after_45_days_off_nobody_without_a_card_is_billed(self):
        self.run_cron(END + timedelta(days=45))
        self.assertEqual((self.subscription.state, len(self.bills())), ("expired", 0))

    def test_after_45_days_off_whoever_cancelled_ends_first(self):
        other = self.a_member("Leo", email="leo@example.com")
        self.buy(other, on=date(2026, 2, 3))
        theirs = self.env["rc.subscription"]._get_running(other, self.program)
        self.subscription._set_ending(True)
        theirs._set_token(self.a_card(partner=other))
        self.run_cron(date(2026, 4, 14))
        self.assertEqual((self.subscription.state, theirs.state), ("cancelled", "active"))
        events = self.env["rc.event"].search(
            [("kind", "=", "subscription_due"), ("res_id", "in", (self.subscription | theirs).ids)],
            order="id",
        )
        self.assertEqual(events.mapped("res_id"), [self.subscription.id, theirs.id])


@tagged("post_install", "-at_install")
class TestReminders(CardCase):
    def mails(self):
        return self.env["mail.mail"].search([("recipient_ids", "=", self.member.id)])

    def test_a_monthly_plan_is_reminded_7_days_and_1_day_before_once(self):
        for left in (30, 8, 7, 6, 1, 1):
            self.run_cron(END - timedelta(days=left))
        self.assertEqual(self.notices(), ["remind_7", "remind_1"])
        self.assertIn("The renewal costs", self.mails()[-1].body_html)

    def test_a_yearly_plan_is_reminded_30_days_before_too(self):
        other = self.a_member("Leo", email="leo@example.com")
        self.buy(other, "pro-year")
        theirs = self.env["rc.subscription"]._get_running(other, self.program)
        self.run_cron(date(2027, 1, 1))
        self.assertEqual(theirs.notice_ids.mapped("code"), ["remind_30"])

    def test_somebody_gone_is_asked_back_once_and_not_after_coming_back(self):
        self.subscription._set_ending(True)
        self.run_cron(END)
        self.run_cron(END + timedelta(days=13))
        self.assertNotIn("win_back", self.notices())
        for late in (14, 15):
            self.run_cron(END + timedelta(days=late))
        self.assertEqual(self.notices().count("win_back"), 1)
        self.assertIn("we miss you", self.mails()[0].body_html)

    def test_who_came_back_is_not_asked(self):
        self.subscription._set_ending(True)
        self.run_cron(END)
        self.buy(self.member, on=END + timedelta(days=3))
        self.run_cron(END + timedelta(days=14))
        self.assertNotIn("win_back", self.notices())

    def test_a_member_without_an_address_is_no_problem(self):
        self.member.email = False
        self.run_cron(END - timedelta(days=1))
        self.assertEqual((self.notices(), len(self.mails())), (["remind_1"], 0))

    def test_a_merged_member_is_renewed_as_the_one_who_stays(self):
        self.subscription._set_token(self.a_card())
        twin = self.a_member("Mia again", email="mia@example.com")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([self.member.id, twin.id], twin, extra_checks=False)
        self.run_cron(END)
        self.assertEqual(self.subscription.partner_id, twin)
        self.assertEqual(self.bills().mapped("partner_id"), twin)
        self.assertEqual(self.subscription.state, "active")

    def test_a_member_with_a_plan_cannot_be_deleted(self):
        with self.assertRaises(UserError):
            self.member.unlink()
        self.assertTrue(self.subscription.exists())

    def test_whoever_listens_hears_of_it(self):
        heard = []
        model = type(self.env["rc.event"])
        push = model._push

        def listen(inbox, key, kind, record, occurred_at=None, payload=None):
            heard.append(kind)
            return push(inbox, key, kind, record, occurred_at=occurred_at, payload=payload)

        with patch.object(model, "_push", listen):
            self.subscription._set_token(self.a_card("error"))
            self.run_cron(END)
            self.subscription._set_token(self.a_card())
            self.run_cron(END + timedelta(days=1))
            self.subscription._cancel_now(datetime(2026, 3, 5, 12))
        told = [kind for kind in heard if kind.startswith(("membership", "payment_failed"))]
        self.assertEqual(told, ["payment_failed", "membership_renewed", "membership_ended"])


@tagged("post_install", "-at_install")
class TestRenewalPrice(CardCase):
    def renew(self):
        with freeze_time(datetime(2026, 2, 28, 12)):
            return self.subscription._bill_next_period(END).amount_untaxed

    def test_an_offer_for_the_first_period_does_not_reach_the_renewal(self):
        offer = self.env["product.pricelist"].create(
            {
                "name": "First month 9.90",
                "rc_first_period_only": True,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": self.a_plan("premium-month").product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": 9.9,
                        }
                    )
                ],
            }
        )
        other = self.a_member("Leo")
        self.addCleanup(setattr, type(self), "pricelist", self.pricelist)
        type(self).pricelist = offer
        bill = self.buy(other)
        theirs = self.env["rc.subscription"]._get_running(other, self.program)
        self.assertEqual((bill.amount_untaxed, theirs._get_renewal_price()), (9.9, 25))

    def test_a_price_typed_by_hand_does_not_reach_the_renewal(self):
        self.subscription.charge_ids.invoice_line_id.sale_line_ids.price_unit = 9.9
        self.assertEqual(self.renew(), 25)

    def test_a_reduction_for_life_is_taken_off(self):
        self.subscription.renewal_discount = 20
        self.assertEqual(self.renew(), 20)

    def test_a_locked_price_holds_until_its_day(self):
        plan = self.a_plan("premium-month")
        self.subscription.write(
            {
                "locked_product_id": plan.id,
                "locked_price": 19,
                "locked_until": date(2026, 3, 1),
            }
        )
        self.assertEqual(self.renew(), 19)
        self.subscription.locked_until = END
        self.assertEqual(self.subscription._get_renewal_price(), 25)

    def test_a_plan_with_a_lock_keeps_the_price_of_its_first_day(self):
        plan = self.a_plan("premium-year")
        plan.rc_lock_months = 36
        other = self.a_member("Leo")
        self.buy(other, "premium-year")
        plan.list_price = 400
        theirs = self.env["rc.subscription"]._get_running(other, self.program)
        self.assertEqual(theirs._get_renewal_price(), 250)
        self.assertEqual(theirs.locked_until, date(2029, 1, 31))
