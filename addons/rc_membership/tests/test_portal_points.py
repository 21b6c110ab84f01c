"""The member's points page: what it shows, what can be done there, and whose it is."""

from base64 import b64decode
from datetime import date, timedelta

from odoo import fields, http
from odoo.tests import HttpCase, tagged

from .test_point_lots import PointsCase

PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPortalPoints(PointsCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.a_portal_user("points_mia")
        cls.member = cls.user.partner_id
        cls.account = cls.an_account(cls.member)
        cls.now = fields.Datetime.now()

    def open(self, path="", **data):
        self.env.flush_all()
        if data:
            data["csrf_token"] = http.Request.csrf_token(self)
        answer = self.url_open(f"/my/points{path}", data=data or None)
        self.env.invalidate_all()
        return answer

    def test_a_member_without_points_reads_what_to_do(self):
        self.authenticate("points_mia", "points_mia")
        answer = self.open()
        self.assertEqual(answer.status_code, 200)
        self.assertIn("No points yet", answer.text)

    def test_balances_lots_and_a_history_with_pages_and_running_balance(self):
        for number in range(25):
            self.give(10, f"row {number}", at=self.now - timedelta(days=40 - number))
        self.give(77, "waits", at=self.now, available_on=self.now.date() + timedelta(days=9))
        self.spend(30, "tea", at=self.now)
        self.authenticate("points_mia", "points_mia")
        first, second = self.open().text, self.open("/page/2").text
        for text in ("balance 220", "balance 250", "-30", "+77 pending", "page/2"):
            self.assertIn(text, first)
        self.assertIn("balance 10<", second.replace("balance 10 ", "balance 10<"))
        self.assertNotIn("row 24", second)

    def test_locking_shows_figures_first_and_is_done_once(self):
        self.give(1000, "x", at=self.now)
        self.authenticate("points_mia", "points_mia")
        text = self.open("/lock?amount=300&years=2&nonce=n1").text
        for figure in ("300", "+150", "450", "+50 %"):
            self.assertIn(figure, text)
        self.assertFalse(self.account.lock_ids)
        for _twice in range(2):
            self.open("/lock", amount="300", years="2", nonce="n1", confirmed="1")
        self.assertEqual(self.balances(), {"available": 700, "locked": 300})
        lock = self.account.lock_ids
        self.open("/unlock", lock=str(lock.id))
        self.assertEqual((lock.state, self.balances()), ("unlocked", {"available": 1000}))

    def test_what_cannot_be_locked_is_said(self):
        self.give(10, "x", at=self.now)
        self.authenticate("points_mia", "points_mia")
        for query, sentence in (
            ("amount=11&years=1", "at most 10 points"),
            ("amount=5&years=9", "for how long"),
            ("amount=1.5&years=1", "whole numbers"),
            ("amount=&years=1", "whole numbers"),
        ):
            self.assertIn(sentence, self.open(f"/lock?{query}").text)
        self.assertFalse(self.account.lock_ids)

    def test_a_spend_is_disputed_on_its_page_and_a_foreign_one_is_not_found(self):
        self.give(100, "x", "bonus", at=self.now, expires_on=date(2999, 1, 1))
        entry = self.spend(40, "tea", at=self.now)
        path = f"/entry/{entry.id}"
        self.authenticate("points_mia", "points_mia")
        self.assertIn("Bonus", self.open(path).text)
        self.assertIn("Say what is wrong", self.open(f"{path}/dispute", reason=" ").text)
        self.open(f"{path}/dispute", reason="Not me", evidence="S1")
        dispute = self.env["rc.point.dispute"].search([("entry_id", "=", entry.id)])
        self.assertEqual((dispute.reason, dispute.state, dispute.points), ("Not me", "open", 40))
        self.assertIn("Not me", self.open(path).text)
        self.a_portal_user("points_leo")
        self.authenticate("points_leo", "points_leo")
        for answer in (
            self.open(path),
            self.open(f"{path}/dispute", reason="x"),
            self.open("/entry/999999999"),
            self.open("/unlock", lock="1"),
        ):
            self.assertEqual(answer.status_code, 404)
        self.assertEqual(len(dispute.search([("entry_id", "=", entry.id)])), 1)

    def test_a_picture_goes_with_a_dispute_and_anything_else_is_refused_whole(self):
        self.give(100, "x", at=self.now)
        entry = self.spend(40, "tea", at=self.now)
        self.authenticate("points_mia", "points_mia")
        dispute = self.env["rc.point.dispute"].search([("entry_id", "=", entry.id)])
        for name, content in (("a.html", b"<script>alert(1)</script>"), ("a.png", PICTURE)):
            self.assertFalse(dispute)
            self.url_open(
                f"/my/points/entry/{entry.id}/dispute",
                data={"reason": "Not me", "csrf_token": http.Request.csrf_token(self)},
                files={"file": (name, content)},
            )
            dispute = dispute.search([("entry_id", "=", entry.id)])
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "rc.point.dispute"), ("res_id", "=", dispute.id)]
        )
        self.assertEqual([(f.name, f.raw, f.public) for f in files], [("a.png", PICTURE, False)])

    def test_a_hundred_entries_cost_the_queries_of_one(self):
        self.give(1, "x", at=self.now)
        account = self.account.sudo()

        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            account._read_history(20)
            account._read_month_balances(self.now.date(), 12)
            account._read_lot_groups()
            account._read_pending_days()
            account._count_history()
            return self.env.cr.sql_log_count - before

        one = cost()
        for number in range(100):
            self.give(1, f"more {number}", at=self.now)
        self.assertEqual(cost(), one)
