from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.rc_membership.exceptions import Refusal

from .common import ReferralCase

MONDAY = datetime(2026, 3, 2, 12)
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestMissions(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_portal_user("mission_member").partner_id
        cls.env["rc.mission"].search([]).active = False
        cls.env["rc.leaderboard"].search([]).active = False
        cls.env["rc.piece.set"].search([("state", "=", "open")]).action_end()

    def a_mission(self, **values):
        vals = {"name": "Test", "code": "test", "activity_kind": "walk", "target": 3, "points": 5}
        return self.env["rc.mission"].create({"program_id": self.program.id, **vals, **values})

    def do(self, at, count=1, kind="walk", partner=None):
        number = self.env["rc.activity"].search_count([])
        partner = partner or self.member
        self.env["rc.activity"]._record(partner, kind, count, f"test:{number}", at)

    def test_a_daily_mission_is_claimed_once_a_day(self):
        mission = self.a_mission(cycle="day")
        self.do(MONDAY, 2)
        with self.assertRaises(Refusal):
            mission._claim(self.member, MONDAY)
        self.do(MONDAY)
        first = mission._claim(self.member, MONDAY)
        self.assertEqual(mission._claim(self.member, MONDAY), first)
        with self.assertRaises(Refusal):
            mission._claim(self.member, MONDAY + DAY)
        self.do(MONDAY + DAY, 3)
        mission._claim(self.member, MONDAY + DAY)
        self.assertEqual(self.an_account(self.member).available, 10)

    def test_a_locked_mission_opens_with_its_code(self):
        mission = self.a_mission(is_locked=True, target=1)
        code = self.env["rc.code"].create(
            {"kind": "mission", "partner_id": self.studio.id, "mission_id": mission.id}
        )
        self.do(MONDAY)
        with self.assertRaises(Refusal):
            mission._claim(self.member, MONDAY)
        self.assertRefused("unknown_code", mission._unlock, self.member, "NOSUCHCODE", MONDAY)
        with self.assertRaises(Refusal):
            mission._unlock(self.member, self.code.code, MONDAY)
        for _again in range(2):
            self.assertEqual(mission._unlock(self.member, code.code, MONDAY), mission)
        self.assertEqual(mission._claim(self.member, MONDAY).state, "given")

    def test_a_board_gives_its_prizes_once_when_the_month_is_over(self):
        rival = self.a_portal_user("mission_rival").partner_id
        board = self.env["rc.leaderboard"].create(
            {
                "name": "Walks",
                "metric": "activity",
                "period": "month",
                "date_from": "2026-03-01",
                "program_id": self.program.id,
                "prize_ids": [
                    (0, 0, {"points": 30}),
                    (0, 0, {"place_from": 2, "place_to": 3, "points": 10}),
                ],
            }
        )
        self.do(MONDAY, 1_000_000)
        self.do(MONDAY + DAY, 1_000_000, partner=rival)
        board._close(MONDAY)
        self.assertFalse(board.place_ids, "the month runs")
        places = board._get_places(MONDAY.date())
        self.assertEqual(
            [p.person for p in places[:2]], [self.member.id, rival.id], "who was first"
        )
        rival.rc_hide_on_boards = True
        top, own = board._get_standing(self.member, MONDAY.date())
        self.assertEqual([row["name"] for row in top[:2]], ["You", "A member"])
        self.assertEqual(own.number, 1)
        for _again in range(2):
            board._close(datetime(2026, 4, 1, 12))
        self.assertEqual(self.an_account(self.member).available, 30)
        self.assertEqual(self.an_account(rival).available, 10)
        self.assertEqual(board.place_ids.sorted("number")[:1].value, 1_000_000)

    def a_paying_friend(self, name, on):
        """Return the invoice a friend of the member paid on a day."""
        friend = self.a_sign_up(name, typed=self.member._rc_get_main_code())
        invoice = self.an_invoice(friend, on=on)
        self.pay(invoice, on=on)
        self.drain()
        return invoice

    def test_a_mission_about_money_is_taken_back_with_it_and_given_again(self):
        mission = self.a_mission(metric="paid", target=2, cycle="month")
        first = self.a_paying_friend("Money One", MONDAY.date())
        second = self.a_paying_friend("Money Two", MONDAY.date())
        receivable = first.line_ids.filtered(lambda x: x.account_type == "asset_receivable")
        paid = receivable.matched_credit_ids.credit_move_id
        reward = mission._claim(self.member, MONDAY)
        mission.active = False  # what it gave stands on the payments all the same
        first.line_ids.remove_move_reconcile()
        self.drain()
        self.assertEqual(reward.state, "taken_back")
        (receivable | paid).reconcile()
        self.drain()
        self.assertEqual(reward.state, "given")
        self.refund(second, on=datetime(2026, 4, 2).date())
        self.drain()
        self.assertEqual(reward.state, "taken_back", "also in the next month")

    def a_board(self, **values):
        return self.env["rc.leaderboard"].create(
            {
                "name": "Board",
                "metric": "paid",
                "period": "month",
                "date_from": "2026-03-01",
                "program_id": self.program.id,
                "prize_ids": [(0, 0, {"points": 30})],
                **values,
            }
        )

    def test_a_board_of_money_waits_for_refunds_then_its_prizes_are_final(self):
        board = self.a_board()
        self.assertEqual(board.settle_days, 14)
        refunded = self.a_paying_friend("Money One", MONDAY.date())
        kept = self.a_paying_friend("Money Two", MONDAY.date())
        board._close(datetime(2026, 4, 14, 12))
        self.assertFalse(board.place_ids, "refunds still count")
        self.refund(refunded, on=datetime(2026, 4, 10).date())
        self.drain()
        board._close(datetime(2026, 4, 15, 12))
        self.assertEqual(board.place_ids.mapped("value"), [1])
        prizes = [("origin_model", "=", board._name), ("origin_id", "=", board.id)]
        prize = self.env["rc.reward"].search(prizes)
        self.refund(kept, on=datetime(2026, 4, 20).date())
        self.drain()
        self.assertEqual((prize.state, board.place_ids.value), ("given", 1))

    def test_a_payment_counts_on_its_day_where_the_company_is(self):
        board = self.a_board()
        last = datetime(2026, 3, 31)
        for zone in ("Pacific/Kiritimati", "Pacific/Midway"):  # +14, -11
            self.company.partner_id.tz = zone
            self.a_paying_friend(f"Of {zone[8:]}", last.date())
        for zone in ("Pacific/Kiritimati", "Pacific/Midway"):
            self.company.partner_id.tz = zone
            values = [place.value for place in board._get_places(last.date())]
            self.assertEqual(values, [2], zone)

    def test_points_taken_back_were_not_earned(self):
        board = self.a_board(metric="points_earned")
        account = self.an_account(self.member)
        account._grant(1_000_000, "board:1", "test", occurred_at=MONDAY)
        account._take_back(400_000, "board:2", "test", occurred_at=MONDAY + DAY)
        places = board._get_places(MONDAY.date())
        own = next(place for place in places if place.person == self.member.id)
        self.assertEqual(own.value, 600_000)

    def test_a_bad_row_of_a_cron_waits_with_its_error_and_the_others_go_on(self):
        bad, good = self.a_board(name="Bad"), self.a_board(name="Good", metric="activity")
        self.do(MONDAY)
        close, cron = type(good)._close, type(self.env["ir.cron"])

        def fail(board, now):
            if board == bad:
                board.name = "half written"
                board.flush_recordset()
                raise ValueError("a bad row")
            return close(board, now)

        with (
            freeze_time("2026-04-20 12:00:00"),
            patch.object(type(good), "_close", fail),
            patch.object(cron, "_commit_progress", lambda *_args, **_kw: 1),
            mute_logger("odoo.addons.rc_membership.models.rc_event_each"),
            mute_logger("odoo.addons.rc_membership.models.rc_event"),
        ):
            self.env["rc.leaderboard"]._cron_close()
        self.assertEqual((bad.name, good.place_ids.mapped("value")), ("Bad", [1]))
        event = self.env["rc.event"].search([("kind", "=", "board_due")])
        self.assertEqual((event.res_id, event.state, event.attempts), (bad.id, "todo", 1))
        self.assertIn("a bad row", event.error)
        event._work()
        self.assertEqual((event.state, event.error), ("done", False))

    def test_pieces_drop_by_the_published_odds_and_a_full_set_gives_its_prize_once(self):
        record = self.env["rc.piece.set"].create(
            {
                "name": "Puzzle",
                "activity_kind": "walk",
                "chance": 100,
                "cap_day": 0,
                "points": 40,
                "program_id": self.program.id,
                "piece_ids": [(0, 0, {"name": "A", "stock": 2}), (0, 0, {"name": "B"})],
            }
        )
        self.assertEqual(record.piece_ids.mapped("odds"), ["50 %", "50 %"])
        record._publish(MONDAY, "seed")
        with self.assertRaises(UserError):
            record.chance = 1
        with self.assertRaises(Refusal):
            record._claim(self.member, MONDAY)
        for number in range(12):
            self.do(MONDAY + number * DAY)
        self.drain()
        held = record._get_held(self.member)
        first, second = record.piece_ids
        self.assertEqual(held[first.id], 2, "the stock was two")
        self.assertGreater(held[second.id], 1)
        record._claim(self.member, MONDAY)
        record._claim(self.member, MONDAY)
        with self.assertRaises(Refusal):
            record._claim(self.member, MONDAY)
        self.assertEqual(self.an_account(self.member).available, 80)
        self.assertFalse(record.seed)
        record.action_end()
        self.assertEqual(record.seed, "seed")
