from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.rc_guild.adapters import read_receipts

from .common import FEB, JAN, GuildCase


@tagged("post_install", "-at_install")
class TestFounding(GuildCase):
    def test_points_found_a_guild_with_its_leader_code_and_page(self):
        leader = self.a_founder()
        founding = self.found(leader)
        guild = founding.guild_id
        self.assertRecordValues(
            founding, [{"state": "done", "paid_with": "points", "points": 1000}]
        )
        self.assertRecordValues(
            guild,
            [
                {
                    "name": "Lanterns 灯火",
                    "leader_id": leader.id,
                    "member_count": 1,
                    "founded_at": JAN,
                    "is_published": True,
                    "state": "active",
                    "points": 0,
                    "fund": 0,
                }
            ],
        )
        code = guild._get_code()
        self.assertRegex(code.code, r"^GUILD-[0-9A-Z]{6}$")
        self.assertEqual((code.partner_id, code.guild_id), (leader, guild))
        self.assertEqual(code.landing_path, guild.website_url)

    def test_the_fee_is_debited_exactly_once(self):
        leader = self.a_founder(points=2500)
        founding = self.found(leader)
        self.assertGuildRefuses("limit_reached", self.found, leader, name="Second")
        self.assertEqual(self.points_of(leader), 1500)
        entries = self.env["rc.point.entry"].search([("origin_model", "=", "rc.guild.founding")])
        self.assertRecordValues(
            entries,
            [{"origin_id": founding.id, "amount": 1000, "kind": "spend", "partner_id": leader.id}],
        )
        with self.assertRaises(UserError):
            founding._found(FEB)

    def test_a_refused_founding_changed_nothing(self):
        short = self.a_founder("Short", points=999)
        cheap = self.a_founder("Cheap", item="pro-month")
        free = self.a_founder("Free", item=None)
        before = [self.points_of(partner) for partner in (short, cheap, free)]
        self.assertIn("999", self.assertGuildRefuses("insufficient_points", self.found, short))
        self.assertIn("Premium", self.assertGuildRefuses("tier_required", self.found, cheap))
        self.assertGuildRefuses("tier_required", self.found, free)
        self.assertGuildRefuses("tier_required", self.found, free, paid_with="order")
        self.assertEqual([self.points_of(p) for p in (short, cheap, free)], before)
        everybody = (short | cheap | free).ids
        self.assertFalse(
            self.env["rc.guild.founding"].search([("partner_id", "in", everybody)])
            | self.env["rc.guild.founding"].search([("order_id.partner_id", "in", everybody)])
        )

    def test_a_name_is_taken_whatever_its_capitals(self):
        self.a_guild("Lanterns")
        with self.assertRaisesRegex(UserError, "this name"):
            self.found(self.a_founder("Other"), name="LANTERNS")
        self.assertEqual(self.found(self.a_founder("Third"), name="Lantern_").state, "done")

    def test_more_than_ten_referrals_are_asked_where_the_program_says_so(self):
        self.program.rc_guild_founding_conditions = "tier_referrals"
        leader = self.a_founder()
        edges = self.env["rc.sponsor.edge"]
        for number in range(10):
            edges._bind(self.a_member(f"Friend {number}"), leader, JAN)
        self.assertIn("10", self.assertGuildRefuses("not_eligible", self.found, leader))
        edges._bind(self.a_member("Friend 11"), leader, JAN)
        self.assertEqual(self.found(leader).state, "done")

    def test_an_order_founds_the_guild_when_it_is_paid_in_full(self):
        leader = self.a_founder(points=0)
        founding = self.found(leader, paid_with="order")
        order = founding.order_id
        self.assertEqual((founding.state, order.state), ("waiting", "sent"))
        self.assertEqual((order.amount_untaxed, order.partner_id), (50, leader))
        self.assertTrue(order.require_payment)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = date(2040, 1, 5)
        invoice.action_post()
        self.drain()
        self.pay(invoice, date(2040, 1, 5), amount=invoice.amount_total - 10)
        self.drain()
        self.assertEqual((founding.state, bool(founding.guild_id)), ("waiting", False))
        self.pay(invoice, date(2040, 1, 6))
        self.drain()
        guild = founding.guild_id
        self.assertEqual((founding.state, guild.leader_id), ("done", leader))
        self.env["rc.event"]._push("again", "payment_changed", invoice)
        self.drain()
        self.assertEqual(founding.guild_id, guild)
        self.assertEqual(self.env["rc.guild"].search_count([("leader_id", "=", leader.id)]), 1)

    def test_the_fee_itself_is_no_contribution(self):
        leader = self.a_founder(points=0)
        self.pay_founding(self.found(leader, paid_with="order"))
        receipts = read_receipts(self.program, leader.ids)[leader.id]
        self.assertEqual([receipt.amount for receipt in receipts], [25])

    def test_a_second_wish_leads_to_the_order_that_waits(self):
        leader = self.a_founder(points=0)
        first = self.found(leader, paid_with="order")
        self.assertEqual(self.found(leader, paid_with="order", name="Changed my mind"), first)

    def test_a_founder_who_joined_a_guild_before_paying_is_left_to_staff(self):
        leader = self.a_founder(points=0)
        founding = self.found(leader, paid_with="order")
        stay = self.join(leader, self.a_guild("Elsewhere"))
        self.pay_founding(founding)
        self.assertEqual(founding.state, "blocked")
        self.assertIn("another guild", founding.blocked_reason)
        with self.assertRaises(UserError):
            founding.action_found()
        stay._leave(FEB, "for the own guild")
        founding.action_found()
        self.assertRecordValues(founding, [{"state": "done", "blocked_reason": False}])
        self.assertEqual(founding.guild_id.leader_id, leader)

    def test_a_cancelled_order_cancels_the_founding(self):
        leader = self.a_founder(points=0)
        founding = self.found(leader, paid_with="order")
        founding._cancel()
        self.assertEqual((founding.state, founding.order_id.state), ("cancelled", "cancel"))
        self.assertEqual(self.found(leader, paid_with="order").state, "waiting")

    def test_a_founding_whose_order_is_confirmed_cannot_be_given_up(self):
        founding = self.found(self.a_founder(points=0), paid_with="order")
        founding.order_id.action_confirm()
        with self.assertRaises(UserError):
            founding._cancel()
        self.assertEqual(founding.state, "waiting")

    def test_a_program_may_take_points_only(self):
        self.program.rc_guild_founding_product_id = False
        with self.assertRaisesRegex(UserError, "only be paid in points"):
            self.found(self.a_founder(points=0), paid_with="order")

    def test_a_fee_paid_online_is_invoiced_at_once(self):
        founding = self.found(self.a_founder(points=0), paid_with="order")
        self.assertTrue(founding.order_id._rc_is_membership_order())
        self.assertFalse(self.env["sale.order"].new({})._rc_is_membership_order())

    def pay_founding(self, founding):
        founding.order_id.action_confirm()
        invoice = founding.order_id._create_invoices()
        invoice.invoice_date = date(2040, 1, 5)
        invoice.action_post()
        self.pay(invoice, date(2040, 1, 5))
        self.drain()
        return invoice
