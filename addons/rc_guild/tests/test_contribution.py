from datetime import date, datetime

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.rc_guild.adapters import read_receipts

from .common import FEB, JAN, GuildCase


@tagged("post_install", "-at_install")
class TestContribution(GuildCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guild = cls.a_guild()
        cls.sponsor = cls.a_member("Sponsor")
        cls.member = cls.a_member("Member")
        cls.env["rc.sponsor.edge"]._bind(cls.member, cls.sponsor, JAN)
        # only what this addon gives is counted here
        cls.env["rc.reward.rule"].search([]).active = False
        cls.stay = cls.join(cls.member, cls.guild)

    def test_each_whole_ten_gives_the_guild_five_and_the_sponsor_ten(self):
        self.spend(self.member, 49.99)
        self.assertEqual(self.balance(self.guild), (20, "0.00"))
        self.assertEqual(self.points_of(self.sponsor), 40)
        self.assertEqual(self.stay.points, 20)
        entry = self.guild.entry_ids
        self.assertRecordValues(
            entry,
            [
                {
                    "kind": "contribution",
                    "points": 20,
                    "fund": 0,
                    "amount": 20,
                    "membership_id": self.stay.id,
                    "partner_id": self.member.id,
                    "company_id": self.company.id,
                    "occurred_at": datetime(2040, 1, 10, 12),
                }
            ],
        )

    def test_the_cent_that_completes_a_step_counts_over_several_payments(self):
        for amount in (4.99, 5.00, 0.01):
            self.spend(self.member, amount)
        self.assertEqual(self.balance(self.guild)[0], 5)
        self.assertEqual(self.points_of(self.sponsor), 10)

    def test_instalments_give_what_the_whole_gives(self):
        invoice = self.sell(self.member, 50, date(2040, 1, 10))
        self.drain()
        self.assertEqual(self.balance(self.guild)[0], 0)
        for day, points in ((11, 5), (12, 15), (13, 25)):
            self.pay(invoice, date(2040, 1, day), amount=18 if day < 13 else None)
            self.drain()
            self.assertEqual(self.balance(self.guild)[0], points)

    def test_a_refund_takes_back_and_a_refund_of_all_leaves_nothing(self):
        invoice = self.spend(self.member, 50)
        self.refund(invoice, amount=25)
        self.drain()
        self.assertEqual((self.balance(self.guild)[0], self.points_of(self.sponsor)), (10, 20))
        self.refund(invoice, amount=25)
        self.drain()
        self.assertEqual((self.balance(self.guild)[0], self.points_of(self.sponsor)), (0, 0))
        self.assertEqual(self.guild.entry_ids.sorted("id").mapped("points"), [25, -15, -10])

    def test_points_the_sponsor_has_spent_become_a_debt(self):
        invoice = self.spend(self.member, 50)
        self.an_account(self.sponsor)._spend(50, "mall", "mall")
        self.refund(invoice)
        self.drain()
        self.assertEqual(self.points_of(self.sponsor), -50)

    def test_a_payment_taken_back_takes_the_points_back(self):
        invoice = self.spend(self.member, 50)
        invoice.line_ids.remove_move_reconcile()
        self.drain()
        self.assertEqual((self.balance(self.guild)[0], self.points_of(self.sponsor)), (0, 0))

    def test_hearing_of_a_payment_again_changes_nothing(self):
        invoice = self.spend(self.member, 50)
        count = len(self.guild.entry_ids)
        for number in range(3):
            self.env["rc.event"]._push(f"again:{number}", "payment_changed", invoice)
        self.drain()
        self.guild.invalidate_recordset()
        self.assertEqual((self.balance(self.guild)[0], len(self.guild.entry_ids)), (25, count))

    def test_the_guild_of_the_day_of_the_payment_counts(self):
        self.spend(self.member, 15, date(2040, 1, 10))
        self.stay._leave(datetime(2040, 1, 20, 9), "moving on")
        other = self.a_guild("Second Home")
        self.spend(self.member, 20, date(2040, 1, 25))
        self.assertEqual((self.balance(self.guild)[0], self.balance(other)[0]), (5, 0))
        self.join(self.member, other, FEB)
        self.spend(self.member, 5, date(2040, 2, 1))
        self.assertEqual((self.balance(self.guild)[0], self.balance(other)[0]), (5, 5))

    def test_a_refund_falls_on_the_guild_that_had_the_points(self):
        first = self.spend(self.member, 50, date(2040, 1, 10))
        self.stay._leave(datetime(2040, 1, 20, 9), "moving on")
        other = self.a_guild("Second Home")
        self.join(self.member, other, FEB)
        self.spend(self.member, 50, date(2040, 2, 5))
        self.refund(first)
        self.drain()
        self.assertEqual((self.balance(self.guild)[0], self.balance(other)[0]), (0, 25))

    def test_somebody_without_a_guild_contributes_nothing(self):
        loner = self.a_member("Loner")
        self.env["rc.sponsor.edge"]._bind(loner, self.sponsor, JAN)
        self.spend(loner, 100)
        self.assertEqual((self.balance(self.guild)[0], self.points_of(self.sponsor)), (0, 0))

    def test_the_payer_is_the_orders_customer_not_the_invoice_address(self):
        office = self.env["res.partner"].create(
            {"name": "Office", "parent_id": self.member.id, "type": "invoice"}
        )
        order = self.an_order(self.member)
        order.partner_invoice_id = office
        order.order_line.price_unit = 30
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = date(2040, 1, 10)
        invoice.action_post()
        self.pay(invoice, date(2040, 1, 10))
        self.drain()
        self.assertEqual(self.balance(self.guild)[0], 15)

    def test_tax_is_no_contribution(self):
        tax = self.env["account.tax"].create({"name": "20 %", "amount": 20})
        order = self.an_order(self.member)
        order.order_line.write({"price_unit": 50, "tax_ids": tax.ids})
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = date(2040, 1, 10)
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 60)
        self.pay(invoice, date(2040, 1, 10), amount=30)
        self.drain()
        self.assertEqual(self.balance(self.guild)[0], 10)

    def test_the_figures_of_the_program_are_used(self):
        self.program.write(
            {
                "rc_guild_step_amount": 0.5,
                "rc_guild_step_points": 1,
                "rc_guild_step_sponsor_points": 0,
            }
        )
        self.spend(self.member, 1.49)
        self.assertEqual((self.balance(self.guild)[0], self.points_of(self.sponsor)), (2, 0))

    def test_the_ledger_balances_and_cannot_be_changed(self):
        self.refund(self.spend(self.member, 50), amount=20)
        self.drain()
        self.assertEqual(self.env["rc.guild.entry"]._get_imbalances(), [])
        entry = self.guild.entry_ids[0]
        for act in (
            lambda: entry.write({"points": 1000}),
            lambda: entry.unlink(),
            lambda: self.guild.account_ids.write({"points": 1000}),
            lambda: self.guild.account_ids.unlink(),
            lambda: self.env["rc.guild.entry"].create({"key": "x"}),
            lambda: self.guild.unlink(),
            lambda: self.stay.unlink(),
        ):
            with self.assertRaises(UserError):
                act()
        self.assertEqual(self.balance(self.guild)[0], 15)

    def test_many_members_are_read_with_the_queries_of_one(self):
        crowd = self.member
        for number in range(5):
            partner = self.a_member(f"Crowd {number}")
            self.join(partner, self.guild)
            self.spend(partner, 20)
            crowd |= partner
        self.spend(self.member, 20)

        def count(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipts = read_receipts(self.program, partners.ids)
            self.assertEqual({len(own) for own in receipts.values()}, {1})
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(self.member), count(crowd))
