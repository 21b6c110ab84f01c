from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

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
