from datetime import datetime, timedelta
from urllib.parse import unquote

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import FEB, JAN, GuildCase, GuildHttpCase


@tagged("post_install", "-at_install")
class TestSignUp(GuildHttpCase):
    """Through the real form and ``_signup_create_user``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guild = cls.a_guild()
        cls.guild_code = cls.guild._get_code().code

    def test_a_guilds_code_binds_the_guild_and_its_leader_as_sponsor(self):
        self.post_sign_up("nora@example.com", rc_code=self.guild_code.lower())
        member = self.partner_of("nora@example.com")
        self.assertRecordValues(
            self.stay_of(member),
            [
                {
                    "guild_id": self.guild.id,
                    "role": "member",
                    "code_id": self.guild._get_code().id,
                }
            ],
        )
        self.assertEqual(member.rc_sponsor_id, self.guild.leader_id)
        self.assertEqual(member.rc_guild_id, self.guild)

    def test_a_link_and_a_guilds_code_bind_both(self):
        self.get("/ref/STUDIOTEST")
        self.post_sign_up("nora@example.com", rc_code=self.guild_code)
        member = self.partner_of("nora@example.com")
        self.assertEqual(member.rc_sponsor_id, self.studio)
        self.assertEqual(self.stay_of(member).guild_id, self.guild)

    def test_two_typed_codes_bind_both(self):
        self.post_sign_up("nora@example.com", rc_code=f"{self.guild_code}, STUDIOTEST")
        member = self.partner_of("nora@example.com")
        self.assertEqual(member.rc_sponsor_id, self.studio)
        self.assertEqual(self.stay_of(member).guild_id, self.guild)

    def test_the_guilds_link_leads_to_its_page_and_binds(self):
        answer = self.get(f"/ref/{self.guild_code}")
        self.assertEqual(answer.status_code, 302)
        self.assertTrue(unquote(answer.headers["Location"]).endswith(self.guild.website_url))
        self.post_sign_up("nora@example.com", rc_code="")
        member = self.partner_of("nora@example.com")
        self.assertEqual(self.stay_of(member).guild_id, self.guild)
        self.assertEqual(member.rc_sponsor_id, self.guild.leader_id)

    def test_a_suspended_guild_never_breaks_a_sign_up(self):
        self.guild.action_suspend()
        self.post_sign_up("nora@example.com", rc_code=self.guild_code)
        member = self.partner_of("nora@example.com")
        self.assertTrue(member)
        self.assertFalse(self.stay_of(member))
        self.assertEqual(member.rc_sponsor_id, self.guild.leader_id)
        self.assertIn("could not join", self.guild._get_code().message_ids[0].body)


@tagged("post_install", "-at_install")
class TestJoining(GuildCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guild = cls.a_guild()
        cls.member = cls.a_member("Member")

    def test_a_guild_that_is_not_open_wants_its_code(self):
        self.assertGuildRefuses("code_required", self.guild._join, self.member, JAN)
        self.guild.join_rule = "open"
        self.assertTrue(self.guild._join(self.member, JAN))

    def test_one_guild_at_a_time(self):
        other = self.a_guild("Other Guild")
        self.join(self.member, self.guild)
        self.assertGuildRefuses("limit_reached", self.join, self.member, other)
        self.assertGuildRefuses("limit_reached", self.join, self.member, self.guild)
        self.assertEqual(self.stay_of(self.member).guild_id, self.guild)

    def test_after_leaving_the_cooling_time_runs_in_days(self):
        stay = self.join(self.member, self.guild)
        left_at = datetime(2040, 1, 5, 20)
        stay._leave(left_at, "enough")
        self.assertEqual((stay.left_at, stay.leave_reason), (left_at, "enough"))
        sixth = datetime(2040, 1, 11, 23, 59)
        text = self.assertGuildRefuses("cooling_off", self.join, self.member, self.guild, sixth)
        self.assertIn("01/12/2040", text)
        again = self.join(self.member, self.guild, sixth + timedelta(minutes=1))
        self.assertEqual(again.guild_id, self.guild)
        self.assertEqual(self.guild.member_count, 2)

    def test_without_cooling_days_the_next_guild_is_free_at_once(self):
        self.program.rc_guild_cooling_days = 0
        self.join(self.member, self.guild)._leave(FEB, "enough")
        self.assertTrue(self.join(self.member, self.guild, FEB))

    def test_nobody_leaves_twice(self):
        stay = self.join(self.member, self.guild)
        stay._leave(FEB, "enough")
        with self.assertRaises(UserError):
            stay._leave(FEB, "again")

    def test_a_suspended_guild_takes_nobody_and_leaves_the_square(self):
        self.guild.action_suspend()
        self.assertFalse(self.guild.is_published)
        self.assertGuildRefuses("not_available", self.join, self.member, self.guild)
        with self.assertRaises(UserError):
            self.guild.action_suspend()
        self.guild.action_reopen()
        self.assertTrue(self.join(self.member, self.guild))

    def test_the_leader_stays_until_somebody_else_leads(self):
        former = self.guild.leader_id
        leading = self.stay_of(former)
        with self.assertRaisesRegex(UserError, "leader"):
            leading._leave(FEB, "tired")
        stay = self.join(self.member, self.guild)
        stay.action_make_leader()
        self.assertEqual(self.guild.leader_id, self.member)
        self.assertEqual((stay.role, leading.role), ("leader", "officer"))
        self.assertEqual(self.guild._get_code().partner_id, self.member)
        leading._leave(FEB, "tired")
        self.assertEqual(self.guild.member_count, 1)
        with self.assertRaises(UserError):
            leading.action_make_leader()

    def test_staff_end_a_stay(self):
        stay = self.join(self.member, self.guild, self.env.cr.now())
        stay.action_remove()
        self.assertTrue(stay.left_at)
        self.assertIn("Removed", stay.leave_reason)
