from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import GuildCase


@tagged("post_install", "-at_install")
class TestMerge(GuildCase):
    """Merging happens now, so these stories do as well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now, cls.today = cls.env.cr.now(), cls.env.cr.now().date()
        cls.env["rc.reward.rule"].search([]).active = False
        cls.guild = cls.a_guild(at=cls.now)
        cls.other = cls.a_guild("Other Guild", at=cls.now)
        cls.one, cls.two = cls.a_member("One"), cls.a_member("Two")

    def merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target)
        self.env.invalidate_all()

    def stays(self, partner):
        return self.env["rc.guild.membership"].search([("partner_id", "=", partner.id)], order="id")

    def test_of_two_stays_that_of_the_contact_that_remains_lasts(self):
        kept = self.join(self.one, self.guild, self.now)
        ended = self.join(self.two, self.other, self.now)
        self.spend(self.two, 30, self.today)
        self.merge(self.two, self.one)
        self.assertEqual(self.stays(self.one), kept | ended)
        self.assertEqual(self.stay_of(self.one), kept)
        self.assertEqual(ended.leave_reason, "Contacts merged")
        self.assertEqual(self.balance(self.other)[0], 15)
        self.assertEqual(ended.points, 15)

    def test_payments_of_both_are_counted_together_and_nothing_twice(self):
        self.join(self.one, self.guild, self.now)
        self.join(self.two, self.guild, self.now)
        self.spend(self.one, 15, self.today)
        self.spend(self.two, 15, self.today)
        self.assertEqual(self.balance(self.guild)[0], 10)
        self.merge(self.two, self.one)
        self.env["rc.guild.entry"]._post_contributions(self.program, self.one, self.now)
        self.assertEqual(self.balance(self.guild)[0], 15)
        self.env["rc.guild.entry"]._post_contributions(self.program, self.one, self.now)
        self.assertEqual(self.balance(self.guild)[0], 15)

    def test_a_merged_sponsor_is_not_rewarded_again(self):
        member = self.a_member("Member")
        self.env["rc.sponsor.edge"]._bind(member, self.two, self.now)
        self.join(member, self.guild, self.now)
        self.spend(member, 30, self.today)
        self.assertEqual(self.points_of(self.two), 30)
        self.an_account(self.one)._grant(1, "one", "x")
        self.merge(self.two, self.one)
        self.env["rc.guild.entry"]._post_contributions(self.program, member, self.now)
        self.assertEqual(self.points_of(self.one), 31)

    def test_a_source_without_twin_brings_its_stay(self):
        stay = self.join(self.two, self.guild, self.now)
        self.merge(self.two, self.one)
        self.assertEqual(self.stay_of(self.one), stay)

    def test_the_leaders_stay_wins(self):
        leader = self.guild.leader_id
        self.join(self.one, self.other, self.now)
        self.merge(leader, self.one)
        self.assertEqual(self.stay_of(self.one).guild_id, self.guild)
        self.assertEqual(self.guild.leader_id, self.one)

    def test_two_leaders_are_not_merged(self):
        with self.assertRaisesRegex(UserError, "Both contacts lead"):
            self.merge(self.guild.leader_id, self.other.leader_id)

    def test_of_two_foundings_one_goes_on(self):
        founders = self.a_founder("A", points=0), self.a_founder("B", points=0)
        first = self.found(founders[0], paid_with="order", name="First wish")
        second = self.found(founders[1], paid_with="order", name="Second wish")
        self.merge(founders[1], founders[0])
        self.assertEqual(sorted((first | second).mapped("state")), ["cancelled", "waiting"])
        self.assertEqual((first | second).partner_id, founders[0])
