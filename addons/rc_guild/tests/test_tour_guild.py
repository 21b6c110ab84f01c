from datetime import date, timedelta

from odoo.tests import tagged

from odoo.addons.rc_membership.tests.common import OnBothSizes

from .common import GuildHttpCase


@tagged("post_install", "-at_install")
class TestTours(OnBothSizes, GuildHttpCase):
    """A member founds a guild with points; a friend joins with its code and pays."""

    def walk(self):
        user = self.a_portal_user("guild-tour")
        leader = user.partner_id
        leader.name = "Tour Leader 月"
        self.buy(leader, "premium-month", on=date.today() - timedelta(days=1))
        self.an_account(leader)._grant(1000, "tour", "tour")
        self.start_tour("/my/guild", "rc_guild_found", login="guild-tour")
        guild = self.stay_of(leader).guild_id
        self.assertEqual(guild.name, "Night Owls 夜猫子")
        self.assertEqual(self.points_of(leader), 25)
        friend_user = self.a_portal_user("guild-friend")
        friend = friend_user.partner_id
        self.join(friend, guild, self.env.cr.now() - timedelta(days=1))
        self.spend(friend, 50, date.today())
        self.start_tour("/my/guild", "rc_guild_hub", login="guild-friend")
        self.assertFalse(self.stay_of(friend))
