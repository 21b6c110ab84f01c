"""Earning and the mall in the portal, as the member, with what a form must not be able to do."""

from datetime import date

from odoo import http
from odoo.tests import HttpCase, tagged

from .common import MembershipCase


class EarnPortalCase(MembershipCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rc.mall.item"].search([("kind", "in", ("goods", "draw"))]).active = False
        cls.user = cls.a_portal_user("earn-mia")
        cls.mia = cls.user.partner_id
        cls.account = cls.an_account(cls.mia)
        cls.other = cls.a_portal_user("earn-leo")
        cls.other.partner_id.name = "Leo Longname"
        cls.an_account(cls.other.partner_id)

    def setUp(self):
        super().setUp()
        self.authenticate("earn-mia", "earn-mia")

    def post(self, path, **data):
        return self.url_open(path, data={"csrf_token": http.Request.csrf_token(self), **data})

    def give(self, points, key="test:fill"):
        self.account._grant(points, f"{key}:{self.mia.id}", "test")

    def points(self, account=None):
        account = account or self.account
        self.env.invalidate_all()
        return int(account._get_balances()[account.id]["available"])


@tagged("post_install", "-at_install")
class TestEarnPortal(EarnPortalCase):
    def test_a_member_checks_in_once_and_reads_the_rules(self):
        page = self.url_open("/my/points/earn").text
        self.assertIn("1–5 points for each day you check in", page)
        self.assertIn("today 0 of 5", page)
        page = self.post("/my/points/check-in", partner_id="1", day="2020-01-01").text
        self.assertRegex(page, r"You earned\s*(<[^>]*>)?\s*1\s*(<[^>]*>)?\s*points")
        self.assertIn("Checked in today", page)
        again = self.post("/my/points/check-in").text
        self.assertIn("You checked in today already", again)
        [check_in] = self.env["rc.checkin"].search([("partner_id", "=", self.mia.id)])
        self.assertEqual((check_in.streak, self.points()), (1, 1))

    def test_a_member_buys_in_the_mall_and_a_second_click_buys_nothing(self):
        self.give(500)
        item = self.env.ref("rc_membership.mall_title_lightbringer")
        page = self.url_open("/my/mall").text
        self.assertIn("Title: Lightbringer", page)
        self.assertIn("700 points are missing", page)  # Pro for 30 days
        token = "one"
        for _click in range(2):
            page = self.post(f"/my/mall/{item.id}/buy", token=token, price="0", partner_id="1").text
            self.assertIn("It is yours", page)
        self.assertEqual(self.points(), 300)
        page = self.post(f"/my/mall/{item.id}/buy", token="two").text
        self.assertIn("You have all that one member may have", page)
        self.assertEqual(self.points(), 300)
        self.assertIn("Title: Lightbringer", self.url_open("/my/mall?kind=virtual").text)

    def test_a_large_price_is_confirmed(self):
        self.give(30000)
        item = self.env.ref("rc_membership.mall_badge_early_bird")
        item.price = 20000
        page = self.post(f"/my/mall/{item.id}/buy", token="one").text
        self.assertIn("Yes, spend", page)
        self.assertEqual(self.points(), 30000)
        self.assertIn("It is yours", self.post(
            f"/my/mall/{item.id}/buy", token="one", confirmed="1").text)  # fmt: skip
        self.assertEqual(self.points(), 10000)

    def test_what_is_not_on_the_shelf_is_not_found(self):
        item = self.env.ref("rc_membership.mall_badge_early_bird")
        item.active = False
        draw = self.env["rc.draw"].create({"name": "Draft", "code": "draft"})
        for path in (
            f"/my/mall/{item.id}",
            "/my/mall/999999",
            f"/my/mall/image/{item.id}",
            f"/my/draws/{draw.id}",
        ):
            self.assertEqual(self.url_open(path).status_code, 404, path)

    def test_a_ticket_is_drawn_by_its_owner_only_and_the_page_shows_how_to_check(self):
        draw = self.env["rc.draw"].create(
            {
                "name": "Autumn",
                "code": "autumn",
                "prize_ids": [(0, 0, {"name": "Five", "points": 5, "is_consolation": True})],
            }
        )
        draw._publish(self.noon(date.today()), "seed of the portal")
        mine = draw._issue(self.mia, "mine", self.noon(date.today()))
        foreign = draw._issue(self.other.partner_id, "foreign", self.noon(date.today()))
        path = f"/my/draws/{draw.id}"
        self.assertEqual(self.post(f"{path}/{foreign.id}").status_code, 404)
        page = self.post(f"{path}/{mine.id}", word="luck").text
        self.assertIn("You drew", page)
        for words in (draw.seed_hash, f"autumn:{mine.id}:luck", "100 %"):
            self.assertIn(words, page)
        self.assertNotIn("seed of the portal", page)
        draw._end(self.noon(date.today()))
        self.assertIn("seed of the portal", self.url_open(path).text)
        self.env.invalidate_all()
        self.assertEqual((mine.state, foreign.state, self.points()), ("drawn", "drawn", 5))

    def test_points_are_given_after_a_question_and_both_see_it(self):
        self.give(500)
        asked = {"email": "earn-leo", "points": "120", "message": "Thanks", "token": "g1"}
        page = self.post("/my/points/gift/send", **asked).text
        self.assertIn("Is this right?", page)
        self.assertIn("Leo L.", page)
        self.assertNotIn("Longname", page)
        self.assertEqual(self.points(), 500)
        for _click in range(2):
            self.post("/my/points/gift/send", step="give", **asked)
        leo = self.an_account(self.other.partner_id)
        self.assertEqual((self.points(), self.points(leo)), (380, 120))
        self.authenticate("earn-leo", "earn-leo")
        page = self.url_open("/my/points/gift").text
        self.assertIn("+120", page)
        self.assertIn("Thanks", page)

    def test_a_gift_that_cannot_be_is_refused_with_what_was_entered(self):
        self.give(5000)
        for email, points, words in (
            ("nobody@example.com", "5", "No member has this address"),
            ("earn-%", "5", "No member has this address"),
            ("earn-mia", "5", "cannot be given to oneself"),
            ("earn-leo", "0", "whole number"),
            ("earn-leo", "-5", "whole number"),
            ("earn-leo", "1e9", "whole number"),
            ("earn-leo", "1001", "At most"),
        ):
            page = self.post("/my/points/gift/send", email=email, points=points, token="x").text
            self.assertIn(words, page, (email, points))
        self.assertEqual(self.points(), 5000)
