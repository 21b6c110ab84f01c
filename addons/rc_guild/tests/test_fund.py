from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import FEB, MAR, GuildCase


@tagged("post_install", "-at_install")
class TestFund(GuildCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guild = cls.a_guild()
        cls.other = cls.a_guild("Other Guild")
        cls.member = cls.a_member("Member")
        cls.join(cls.member, cls.guild)

    def fund(self, guild=None):
        return self.balance(guild or self.guild)[1]

    def test_a_close_puts_the_rate_of_net_payments_into_the_fund(self):
        self.spend(self.member, 123.45, date(2040, 1, 31))
        self.spend(self.member, 1000, date(2040, 2, 1))
        close = self.closes._close_due(self.program, FEB)
        self.assertEqual(self.fund(), "2.47")
        self.assertEqual(self.fund(self.other), "0.00")
        self.assertRecordValues(
            close, [{"month": date(2040, 1, 1), "rate": 2, "base": 123.45, "amount": 2.47}]
        )
        self.assertRecordValues(
            close.entry_ids,
            [
                {
                    "guild_id": self.guild.id,
                    "kind": "fund_share",
                    "fund": 2.47,
                    "points": 0,
                    "base": 123.45,
                    "key": f"rc.guild:{self.guild.id}|fund_share|2040-01",
                }
            ],
        )

    def test_closing_twice_changes_nothing(self):
        self.spend(self.member, 100, date(2040, 1, 10))
        self.closes._close_due(self.program, FEB)
        self.assertFalse(self.closes._close_due(self.program, FEB))
        self.assertEqual((self.fund(), len(self.closes_made())), ("2.00", 1))

    def test_a_month_somebody_else_closed_meanwhile_is_left_alone(self):
        self.spend(self.member, 100, date(2040, 1, 10))
        [period] = self.closes._get_open_months(self.program, date(2040, 2, 1))
        self.closes._close_one(self.program, period, FEB)
        self.assertFalse(self.closes._close_one(self.program, period, FEB))
        self.assertEqual(self.fund(), "2.00")

    def test_missed_months_are_closed_in_order(self):
        self.spend(self.member, 100, date(2040, 1, 10))
        self.spend(self.member, 50, date(2040, 3, 10))
        closes = self.closes._close_due(self.program, datetime(2040, 4, 1, 3))
        self.assertEqual(
            [(close.month, close.amount) for close in closes.sorted("id")],
            [(date(2040, 1, 1), 2), (date(2040, 2, 1), 0), (date(2040, 3, 1), 1)],
        )
        self.assertEqual(self.fund(), "3.00")

    def test_the_running_month_stays_open(self):
        self.spend(self.member, 100, date(2040, 1, 10))
        self.assertFalse(self.closes._close_due(self.program, datetime(2040, 1, 31, 23, 59)))

    def test_a_later_refund_is_corrected_by_the_next_close_at_the_months_own_rate(self):
        invoice = self.spend(self.member, 100, date(2040, 1, 10))
        self.closes._close_due(self.program, FEB)
        self.program.rc_guild_fund_rate = 10
        self.refund(invoice)
        self.spend(self.member, 20, date(2040, 2, 11))
        self.assertEqual(self.fund(), "2.00")
        close = self.closes._close_due(self.program, MAR)
        self.assertEqual(self.fund(), "2.00")
        self.assertEqual(
            sorted((entry.kind, entry.fund) for entry in close.entry_ids),
            [("fund_correction", -2), ("fund_share", 2)],
        )

    def test_a_refund_of_all_empties_the_fund(self):
        for amount in (10.25, 33.33):
            self.refund(self.spend(self.member, amount, date(2040, 1, 10)))
            self.spend(self.member, 0.01, date(2040, 1, 11))
        invoices = self.env["account.move"].search(
            [("partner_id", "=", self.member.id), ("move_type", "=", "out_invoice")]
        )
        self.closes._close_due(self.program, FEB)
        for invoice in invoices.filtered(lambda move: not move.reversal_move_ids):
            self.refund(invoice)
        self.drain()
        self.closes._close_due(self.program, datetime(2040, 4, 1, 3))
        self.assertEqual(self.fund(), "0.00")

    def test_a_member_who_left_counts_for_the_days_inside(self):
        self.spend(self.member, 100, date(2040, 1, 10))
        self.stay_of(self.member)._leave(datetime(2040, 1, 15, 9), "moving on")
        self.spend(self.member, 100, date(2040, 1, 15))
        self.closes._close_due(self.program, FEB)
        self.assertEqual(self.fund(), "2.00")

    def test_this_month_so_far_is_live(self):
        self.spend(self.member, 33.33, date(2040, 1, 10))
        month = self.guild._get_month_so_far(datetime(2040, 1, 20))
        self.assertEqual([str(month["base"]), str(month["share"])], ["33.33", "0.67"])
        month = self.guild._get_month_so_far(FEB)
        self.assertEqual([str(month["base"]), str(month["share"])], ["0.00", "0.00"])

    def test_the_cron_closes_every_program(self):
        self.spend(self.member, 100, date(2040, 1, 10))
        cron = type(self.env["ir.cron"])
        with (
            self.at(datetime(2040, 2, 3)),
            patch.object(cron, "_commit_progress", lambda *_args, **_kw: 1),
        ):
            self.closes._cron_close()
        self.assertEqual(self.closes_made().mapped("month"), [date(2040, 1, 1)])
        self.assertEqual(self.fund(), "2.00")

    def test_the_button_tells_which_months_it_closes(self):
        self.spend(self.member, 100, date(2040, 1, 10))
        accountant = new_test_user(
            self.env, "fund-accountant", groups="rc_membership.group_accountant"
        )
        with self.at(datetime(2040, 3, 3)):
            wizard = self.env["rc.guild.close.wizard"].with_user(accountant).create({})
            self.assertEqual(wizard.months, "2040-01, 2040-02")
            action = wizard.action_close()
            self.assertEqual(sorted(action["domain"][0][2]), sorted(self.closes_made().ids))
            self.assertEqual(self.fund(), "2.00")
            with self.assertRaises(UserError):
                wizard.create({}).action_close()

    def test_a_salesperson_cannot_close(self):
        sales = new_test_user(self.env, "fund-sales", groups="rc_membership.group_salesperson")
        with self.assertRaises(AccessError):
            self.env["rc.guild.close.wizard"].with_user(sales).create({})
        with self.assertRaises(AccessError):
            self.closes.with_user(sales)._check_closer()

    def test_a_close_stays(self):
        self.closes._close_due(self.program, FEB)
        with self.assertRaises(UserError):
            self.closes_made().unlink()

    def test_a_month_begins_where_the_company_is(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.spend(self.member, 100, date(2040, 1, 31))
        self.assertFalse(self.closes._close_due(self.program, datetime(2040, 1, 31, 15, 59)))
        close = self.closes._close_due(self.program, datetime(2040, 1, 31, 16))
        self.assertEqual(close.entry_ids.mapped("occurred_at"), [datetime(2040, 1, 31, 16)])

    def at(self, moment):
        """Let the transaction's clock stand at ``moment``."""
        return patch.object(type(self.env.cr), "now", lambda _cursor: moment)
