from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_referral import postback_http

from .common import NOW, ReferralCase, ReferralHttpCase

URL = "https://ads.example.com/pb?c={sub}&e={event}&i={id}&a={amount}{currency}"
PROMOTER = "base.group_portal,rc_membership.group_promoter"


class PostbackMixin:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.postbacks = cls.env["rc.postback"]
        cls.postback = cls.postbacks._set_own(
            cls.studio, cls.env.company, URL, True, True, is_active=True
        )


@tagged("post_install", "-at_install")
class TestPostback(PostbackMixin, ReferralCase):
    def a_visitor(self):
        visitor = self.env["rc.touch"]._make_visitor()
        self.env["rc.touch"]._record(self.code, visitor, NOW, agent="Mozilla/5.0", sub_id="a&b")
        return visitor

    def send(self, **answer):
        """Run the cron without its commits; return (url, headers) of the calls."""
        cron = type(self.env["ir.cron"])
        with (
            patch.object(cron, "_commit_progress", lambda *args, **values: 1),
            patch.object(postback_http, "call", autospec=True, **answer) as call,
        ):
            self.env["rc.postback.delivery"]._cron_send()
        return [one.args for one in call.call_args_list]

    def queued(self):
        return self.postback.delivery_ids

    def test_a_sign_up_by_a_click_is_told_once_and_signed_without_a_name(self):
        member = self.a_sign_up(visitor=self.a_visitor())
        self.postbacks._tell_sign_up(member, NOW)
        delivery = self.queued()
        self.assertEqual((len(delivery), delivery.state, delivery.event), (1, "todo", "sign_up"))
        [(url, headers)] = self.send(return_value=204)
        own = delivery.facts["id"]
        self.assertEqual(url, f"https://ads.example.com/pb?c=a%26b&e=sign_up&i={own}&a=")
        self.assertTrue(headers["X-RC-Signature"].startswith("sha256="))
        self.assertNotIn(str(member.id), own)
        self.assertNotIn("Nora", str(delivery.facts))
        self.assertEqual((delivery.state, delivery.status, delivery.attempts), ("done", "204", 1))
        self.assertEqual(self.send(return_value=200), [])

    def test_a_paid_invoice_is_told_with_its_amount(self):
        member = self.a_sign_up(visitor=self.a_visitor())
        self.postback.on_sign_up = False
        self.buy(member)
        self.drain()
        told = self.queued().filtered(lambda d: d.event == "payment")
        self.assertEqual(len(told), 1)
        self.assertEqual(told.facts["currency"], self.env.company.currency_id.name)
        self.assertGreater(float(told.facts["amount"]), 0)

    def test_without_a_click_that_was_allowed_nothing_is_told(self):
        self.a_sign_up(typed=self.code)
        self.assertFalse(self.queued())

    def test_a_server_that_fails_is_asked_again_later_and_given_up_in_the_end(self):
        self.a_sign_up(visitor=self.a_visitor())
        delivery = self.queued()
        for attempt in range(1, 7):
            self.assertEqual(len(self.send(side_effect=TimeoutError())), 1)
            self.assertEqual(delivery.attempts, attempt)
            self.assertEqual(self.send(return_value=200), [], "not before its time")
            delivery.next_try_at = delivery.next_try_at and NOW
        self.assertEqual((delivery.state, delivery.status), ("failed", "–"))

    def test_a_redirect_and_a_private_address_are_no_success(self):
        self.a_sign_up(visitor=self.a_visitor())
        delivery = self.queued()
        self.send(return_value=302)
        self.assertEqual((delivery.state, delivery.status), ("todo", "302"))
        delivery.next_try_at = NOW
        self.send(side_effect=postback_http.Blocked("x"))
        self.assertEqual((delivery.state, delivery.status), ("failed", "blocked"))

    def test_the_address_is_looked_up_once_and_never_a_private_one(self):
        for found in (["10.0.0.7"], ["93.184.216.34", "::1"]):
            with (
                patch.object(postback_http, "look_up", return_value=found),
                patch.object(postback_http.socket, "create_connection") as connect,
                self.assertRaises(postback_http.Blocked),
            ):
                postback_http.call("https://ads.example.com/", {})
            connect.assert_not_called()
        with (
            patch.object(postback_http, "look_up", return_value=["93.184.216.34"]),
            patch.object(
                postback_http.socket, "create_connection", side_effect=TimeoutError
            ) as connect,
            self.assertRaises(OSError),
        ):
            postback_http.call("https://ads.example.com/", {})
        connect.assert_called_once_with(("93.184.216.34", 443), postback_http.TIMEOUT)

    def test_a_bad_address_is_refused_to_everybody(self):
        with self.assertRaises(Refusal):
            self.postbacks._set_own(
                self.rival, self.env.company, "https://localhost/", True, True, is_active=True
            )
        with self.assertRaises(ValidationError):
            self.postback.url = "http://ads.example.com/"
        with self.assertRaises(AccessError):
            self.postback.with_user(self.sara).read(["url"])

    def test_what_is_switched_off_is_not_called(self):
        self.a_sign_up(visitor=self.a_visitor())
        self.postback.active = False
        self.assertEqual(self.send(return_value=200), [])
        self.assertEqual(self.queued().status, "off")

    def test_of_merged_participants_one_postback_stays(self):
        self.postbacks._set_own(self.rival, self.env.company, URL, True, True, is_active=True)
        self.env["res.partner"]._rc_before_merge(self.rival, self.studio)
        left = self.postbacks.search([("partner_id", "in", (self.studio | self.rival).ids)])
        self.assertEqual(left, self.postback)


@tagged("post_install", "-at_install")
class TestPostbackPage(PostbackMixin, ReferralHttpCase):
    def test_promoters_set_their_own_and_members_find_no_page(self):
        new_test_user(self.env, "pb_promoter", groups=PROMOTER, partner_id=self.rival.id)
        new_test_user(self.env, "pb_member", groups="base.group_portal,rc_membership.group_member")
        self.authenticate("pb_promoter", "pb_promoter")
        page = self.url_open("/my/referrals/postback").text
        self.assertNotIn("ads.example.com/pb", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "payment": "1", "url": "https://10.0.0.1/"}
        self.assertIn("public name", self.url_open("/my/referrals/postback", data=form).text)
        form["url"] = "https://rival.example.com/pb"
        page = self.url_open("/my/referrals/postback", data=form).text
        own = self.postbacks._get_own(self.rival, self.env.company)
        self.assertEqual((own.url, own.on_sign_up, own.on_payment), (form["url"], False, True))
        self.assertIn(own._get_secret(), page)
        self.assertNotIn(self.postback._get_secret(), page)
        self.authenticate("pb_member", "pb_member")
        self.assertEqual(self.url_open("/my/referrals/postback").status_code, 404)
