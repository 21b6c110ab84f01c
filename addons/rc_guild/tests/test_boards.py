from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import FEB, JAN, MAR, GuildCase


@tagged("post_install", "-at_install")
class TestBoards(GuildCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lanterns = cls.a_guild()
        cls.drums = cls.a_guild("Drums")
        cls.board = cls.env["rc.leaderboard"].create(
            {
                "name": "Guilds at work",
                "program_id": cls.program.id,
                "metric": "activity",
                "subject": "guilds",
                "period": "month",
                "date_from": "2040-01-01",
                "prize_ids": [
                    (0, 0, {"points": 200}),
                    (0, 0, {"place_from": 2, "place_to": 2, "points": 100}),
                ],
            }
        )

    def do(self, partner, count, at):
        number = self.env["rc.activity"].search_count([])
        self.env["rc.activity"]._record(partner, "walk", count, f"board:{number}", at)

    def standing(self):
        return [
            (self.env["rc.guild"].browse(place.person), place.value)
            for place in self.board._get_places(JAN.date())
        ]

    def test_what_a_member_does_counts_for_the_guild_of_that_hour(self):
        anna = self.a_member("Anna")
        self.do(anna, 7, JAN.replace(day=2))
        self.join(anna, self.lanterns, JAN.replace(day=3))
        self.do(anna, 5, JAN.replace(day=4))
        self.stay_of(anna).sudo().left_at = JAN.replace(day=5)
        self.do(anna, 9, JAN.replace(day=6))
        self.join(self.a_member("Ben"), self.drums, JAN.replace(day=2))
        ben = self.drums.membership_ids.partner_id.filtered(lambda p: p.name == "Ben")
        self.do(ben, 6, JAN.replace(day=8))
        self.assertEqual(self.standing(), [(self.drums, 6), (self.lanterns, 5)])
        top, own = self.board._get_standing(ben, JAN.date())
        self.assertEqual(
            [(row["number"], row["name"], row["is_own"]) for row in top],
            [(1, "Drums", True), (2, "Lanterns 灯火", False)],
        )
        self.assertEqual(own.number, 1)
        top, own = self.board._get_standing(anna, JAN.date())
        self.assertEqual(([row["is_own"] for row in top], own), ([False, False], None))

    def test_guilds_get_points_on_their_account_once_when_the_month_is_over(self):
        for guild, count in ((self.lanterns, 3), (self.drums, 2)):
            self.do(guild.leader_id, count, JAN.replace(day=9))
        self.board._close(JAN.replace(day=20))
        self.assertFalse(self.board.place_ids)
        for _again in range(2):
            self.board._close(FEB)
        self.assertEqual((self.lanterns.points, self.drums.points), (200, 100))
        places = self.board.place_ids.sorted("number")
        self.assertEqual(
            [(p.guild_id, p.partner_id.id, p.value) for p in places],
            [(self.lanterns, False, 3), (self.drums, False, 2)],
        )
        entry = self.lanterns.entry_ids
        self.assertEqual((entry.kind, entry.reason), ("prize", "Guilds at work: place 1"))

    def test_a_suspended_guild_is_on_no_board(self):
        self.do(self.drums.leader_id, 2, JAN.replace(day=9))
        self.drums.state = "suspended"
        self.board._close(MAR)
        self.assertFalse(self.board.place_ids)

    def test_a_guild_wins_nothing_that_only_people_can_have(self):
        with self.assertRaises(ValidationError):
            self.board.prize_ids[0].write({"kind": "cash", "amount": 5})
