"""Stored cards at Odoo's own Stripe provider, over HTTP, against a server that answers as scripted.

Here and not in the addon: payment_stripe is no dependency of it.
"""

import contextlib
import json
import threading
import time
import urllib.parse
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from requests.adapters import HTTPAdapter

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.rc_membership.tests.common import MembershipCase

END = date(2026, 2, 28)
DECLINED = {"code": "card_declined", "decline_code": "do_not_honor", "message": "Karte abgelehnt."}
SCA = {"code": "authentication_required", "message": "Your card was declined."}
EXPIRED = {"code": "expired_card", "message": "Your card is too old."}
GONE = {"code": "resource_missing", "message": "No such PaymentMethod: 'pm_1'"}


class FakeStripe(ThreadingHTTPServer):
    """Payment intents as Stripe makes them: an idempotency key is answered as it was before.

    ``script``: the answers to come: ``"paid"``, a dict (a refusal), ``"lost"`` (the money is taken,
    the connection is cut), ``"slow"`` (taken, answered too late), ``"down"`` (nothing taken, 503).
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script, self.requests, self.known = [], [], {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def taken(self):
        """Return the amounts taken, in cents, in order."""
        return [body["amount"] for status, body in self.known.values() if status == 200]

    def stop(self):
        self.shutdown()
        self.server_close()

    def answer(self, key, form):
        """Return (status, body, what the script did)."""
        if key in self.known:
            return *self.known[key], "paid"
        step = self.script.pop(0)
        if step == "down":
            return 503, {"error": {"message": "Try again later."}}, step
        if isinstance(step, dict):
            self.known[key] = (402, {"error": {"type": "card_error", **step}})
            return *self.known[key], "refused"
        intent = {
            "id": f"pi_{len(self.known) + 1}",
            "object": "payment_intent",
            "status": "succeeded",
            "amount": int(form["amount"]),
            "currency": form["currency"],
            "customer": form["customer"],
            "description": form["description"],
            "payment_method": {"id": form["payment_method"], "type": "card", "card": {}},
        }
        intent["payment_method"]["card"] = {"brand": "visa", "last4": "4242"}
        self.known[key] = (200, intent)
        return 200, intent, step


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        key = self.headers.get("Idempotency-Key")
        self.server.requests.append((self.path, key, form))
        status, body, step = self.server.answer(key, form)
        if step == "lost":
            self.close_connection = True
            return
        if step == "slow":
            time.sleep(0.6)
        data = json.dumps(body).encode()
        with contextlib.suppress(OSError):  # who waits no more has hung up
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *args):
        """Say nothing: the requests are kept."""


@tagged("post_install", "-at_install")
class TestStripeCards(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        providers = cls.env["payment.provider"]
        provider = providers.search(
            [("code", "=", "stripe"), ("company_id", "=", cls.company.id)], limit=1
        )
        if not provider:
            raise cls.failureException("these tests need the module payment_stripe")
        provider.write(
            {
                "state": "test",
                "stripe_publishable_key": "pk_test_1",
                "stripe_secret_key": "sk_test_1",
                "allow_tokenization": True,
            }
        )
        cls.server = FakeStripe()
        cls.addClassCleanup(cls.server.stop)
        base = f"http://127.0.0.1:{cls.server.server_port}/v1/"
        url = patch.object(
            type(providers), "_build_request_url", lambda _self, endpoint, **_kw: base + endpoint
        )
        url.start()
        cls.addClassCleanup(url.stop)
        cls.member = cls.a_member(email="mia@example.com")
        cls.buy(cls.member)
        cls.subscription = cls.env["rc.subscription"]._get_running(cls.member, cls.program)
        card = cls.env.ref("payment.payment_method_card")
        cls.token = cls.env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": card.id,
                "payment_details": "4242",
                "partner_id": cls.member.id,
                "provider_ref": "cus_1",
                "stripe_payment_method": "pm_1",
            }
        )
        cls.subscription._set_token(cls.token)

    def setUp(self):
        super().setUp()
        self.server.script.clear()
        self.server.requests.clear()
        self.server.known.clear()

    def run_cron(self, day=END, hour=12):
        at = datetime(day.year, day.month, day.day, hour)
        with (
            freeze_time(at),
            self.enter_registry_test_mode(),
            mute_logger("odoo.addons.payment.models.payment_provider"),
        ):
            self.env.ref("rc_membership.ir_cron_subscription_review").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.env["rc.event"].search([("error", "!=", False)]).mapped("error"))

    def tries(self):
        return self.subscription.attempt_ids.sorted("try_day")

    def assertRenewedOnce(self):
        self.assertEqual(self.server.taken, [2500])
        self.assertRecordValues(
            self.subscription, [{"state": "active", "period_end": date(2026, 3, 31)}]
        )
        bill = self.subscription.billing_ids.invoice_id
        self.assertEqual((len(bill), bill.payment_state in ("paid", "in_payment")), (1, True))

    def test_the_card_is_charged_offline_on_the_day(self):
        self.server.script = ["paid"]
        self.run_cron()
        self.run_cron(hour=18)
        self.assertRenewedOnce()
        [(path, key, form)] = self.server.requests
        asked = {name: form[name] for name in ("customer", "payment_method", "off_session")}
        self.assertEqual(path, "/v1/payment_intents")
        self.assertEqual(
            asked, {"customer": "cus_1", "payment_method": "pm_1", "off_session": "True"}
        )
        self.assertTrue(key)
        self.assertEqual(self.tries().transaction_id.provider_reference, "pi_1")

    def test_refusals_are_told_by_stripes_code_and_a_later_try_is_another_payment(self):
        self.server.script = [DECLINED, SCA, EXPIRED, GONE]
        for late in (0, 1, 3, 7):
            self.run_cron(END + timedelta(days=late))
        self.assertEqual(
            self.tries().mapped("failure"), ["refused", "sca", "token_expired", "token_expired"]
        )
        keys = {key for _path, key, _form in self.server.requests}
        self.assertEqual((len(keys), self.server.taken), (4, []))
        self.assertEqual(self.subscription.state, "expired")

    def test_a_declined_card_is_charged_once_when_it_works_again(self):
        self.server.script = [DECLINED, "paid"]
        for late in (0, 1, 2, 3):
            self.run_cron(END + timedelta(days=late))
        self.assertRenewedOnce()
        self.assertEqual(self.tries().mapped("state"), ["refused", "done"])

    def check_found_again(self, step):
        self.server.script = [step]
        self.run_cron()
        self.assertEqual(self.tries().mapped("state"), ["unknown"])
        self.assertFalse(self.subscription.last_failure, "nobody is told that it was refused")
        self.run_cron(hour=13)
        self.assertEqual(self.tries().mapped("state"), ["done"])
        self.assertRenewedOnce()
        keys = [key for _path, key, _form in self.server.requests]
        self.assertEqual((len(keys), len(set(keys))), (2, 1), "asked again under the same key")

    def test_money_taken_while_the_connection_broke_is_found_and_not_taken_twice(self):
        self.check_found_again("lost")

    def test_money_taken_after_the_time_was_up_is_found_and_not_taken_twice(self):
        send = HTTPAdapter.send

        def impatient(adapter, request, **kwargs):
            return send(adapter, request, **{**kwargs, "timeout": 0.3})

        with patch.object(HTTPAdapter, "send", impatient):
            self.server.script = ["slow"]
            self.run_cron()
        self.assertEqual(self.tries().mapped("state"), ["unknown"])
        self.run_cron(hour=13)
        self.assertRenewedOnce()

    def test_a_provider_that_is_down_has_not_refused(self):
        self.server.script = ["down", "paid"]
        self.run_cron()
        self.assertEqual(self.tries().mapped("state"), ["unknown"])
        self.run_cron(hour=13)
        self.assertRenewedOnce()
        self.assertEqual(len(self.tries()), 1)

    def test_a_day_without_an_answer_makes_no_second_charge(self):
        self.server.script = ["lost", "paid"]
        self.run_cron()
        self.run_cron(END + timedelta(days=1))  # Stripe has forgotten the key by then
        self.assertEqual((self.tries().mapped("state"), self.server.taken), (["unknown"], [2500]))
        self.assertEqual(len(self.server.requests), 1, "a person looks it up first")
