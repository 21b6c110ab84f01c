"""Who may found, and what a code and a fee are good for once."""

from odoo import fields
from odoo.tests import tagged

from .common import FEB, JAN, GuildCase


@tagged("post_install", "-at_install")
class TestOnce(GuildCase):
    def test_who_sits_in_a_team_may_found_as_its_members_may(self):
        leader = self.a_founder(item=None)
        tier = self.env["rc.tier"].search(
            [("program_id", "=", self.program.id), ("code", "=", "team")]
        )
        self.env["rc.tier.cover"]._give(leader, tier, JAN.date(), None, "reward", "test-cover")
        self.assertEqual(self.found(leader).state, "done")

    def test_a_code_for_one_lets_one_join(self):
        guild = self.a_guild()
        code = guild._get_code()
        code.use_limit = 1
        self.join(self.a_member("First"), guild)
        with self.assertRaises(Exception) as caught:
            found = self.env["rc.code"]._resolve(code.code, self.a_member("Second"))
            self.join(self.a_member("Third"), found.guild_id)
        self.assertIn(getattr(caught.exception, "code", ""), ("used_code", "limit_reached"))
        self.assertEqual(guild.member_count, 2)

    def test_a_fee_that_was_given_back_founds_nothing(self):
        leader = self.a_founder(points=0)
        founding = self.found(leader, paid_with="order")
        stay = self.join(leader, self.a_guild("Elsewhere"))
        order = founding.order_id
        order.action_confirm()
        invoice = order.invoice_ids or order._create_invoices()
        if invoice.state == "draft":
            invoice.action_post()
        self.pay(invoice, JAN.date())
        self.drain()
        self.assertEqual(founding.state, "blocked")
        self.refund(invoice, fields.Date.today())
        self.drain()
        stay._leave(FEB, "for the own guild")
        founding._settle_paid(FEB)
        self.assertFalse(founding.guild_id)
