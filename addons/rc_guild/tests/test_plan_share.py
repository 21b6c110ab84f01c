"""Commission plans that pay the guild of a buyer, and its leader."""

from datetime import date, datetime

from odoo.tests import tagged

from odoo.addons.rc_commission.tests.common import CommissionCase

from .common import GuildMixin

PLAN = """
plan: guilds
name: Guilds
currency: USD
hold_days: 0
rules:
  - {id: fund, on: payment, pay: {to: guild}, rate: 10%}
  - {id: leader, on: payment, pay: {to: guild_leader}, rate: 5%}
"""


@tagged("post_install", "-at_install")
class TestPlanShare(GuildMixin, CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guild = cls.a_guild()
        cls.buyer = cls.a_member("Cy")
        cls.join(cls.buyer, cls.guild)
        cls.only(cls.a_plan_in_force(PLAN, since=date(2040, 1, 1)))

    def figures(self, on=date(2040, 1, 20)):
        self.guild.invalidate_recordset(["fund", "plan_fund"])
        money = self.money_of(self.guild.leader_id, on)
        return (self.guild.plan_fund, self.guild.fund, money["accrued"])

    def test_the_fund_and_the_leader_follow_the_money_and_the_refund(self):
        self.spend(self.buyer, 100)
        self.assertEqual(self.figures(), (10.0, 10.0, "5.00"))
        action = self.guild.action_view_plan_fund()
        entries = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(entries.mapped("amount"), [10.0])
        invoice = entries.award_id.move_id
        self.refund(invoice, amount=40)
        self.drain()
        self.assertEqual(self.figures(), (6.0, 6.0, "3.00"))

    def test_the_guild_is_the_one_of_the_day_of_the_first_money(self):
        self.stay_of(self.buyer)._leave(datetime(2040, 1, 5, 12), "moved")
        other = self.a_guild("Others")
        self.env["rc.guild.membership"].sudo().create(
            {
                "guild_id": other.id,
                "partner_id": self.buyer.id,
                "joined_at": datetime(2040, 1, 8, 12),
            }
        )
        self.spend(self.buyer, 100, on=date(2040, 1, 7))
        self.assertEqual((self.guild.fund, other.fund), (0, 0))
        self.spend(self.buyer, 100, on=date(2040, 1, 10))
        self.assertEqual((self.guild.fund, other.fund), (0, 10.0))

    def test_a_pool_of_a_guild_shows_its_name(self):
        self.spend(self.buyer, 100)
        award = self.env["rc.commission.pool"]._get_of_guilds(self.guild).entry_ids.award_id
        self.assertEqual(self.guild.name, award.pool_id.display_name)
        self.assertIn(self.guild.name, award.display_name)
