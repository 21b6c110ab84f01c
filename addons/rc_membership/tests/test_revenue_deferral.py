"""Revenue of long plans in the books: deferred, earned month by month, taken back, locked months."""

from datetime import date, datetime

from psycopg2.errors import RestrictViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import MembershipCase

NEW_YEAR = date(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestRevenueDeferral(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a program of its own: the platform's may have been booked already
        cls.program = cls.env["rc.program"].create(
            {"name": "Books", "code": "deferral", "owner_id": cls.a_member("Owner").id}
        )
        tiers = cls.env["rc.tier"]
        cls.silver, cls.gold = (
            tiers.create({"name": name, "code": name, "program_id": cls.program.id, "sequence": n})
            for n, name in ((10, "silver"), (20, "gold"))
        )
        accounts = cls.env["account.account"]
        cls.owed = accounts.create(
            {"name": "Owed", "code": "299002", "account_type": "liability_current"}
        )
        cls.income = accounts.create({"name": "Plans", "code": "499002", "account_type": "income"})
        for code, tier, unit, price in (
            ("d-year", cls.silver, "year", 100),
            ("d-gold", cls.gold, "year", 240),
            ("d-month", cls.silver, "month", 10),
        ):
            cls.env["product.product"].create(
                {
                    "name": code,
                    "default_code": code,
                    "type": "service",
                    "invoice_policy": "order",
                    "list_price": price,
                    "taxes_id": False,
                    "rc_tier_id": tier.id,
                    "rc_period_unit": unit,
                    "property_account_income_id": cls.income.id,
                }
            )
        cls.program.write(
            {
                "deferral_account_id": cls.owed.id,
                "deferral_journal_id": cls.env["account.journal"]
                .search([("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1)
                .id,
                "deferral_from": date(2026, 1, 10),
            }
        )
        cls.months = cls.env["rc.revenue.deferral"]
        cls.member = cls.a_member(email="books@example.com")

    def book(self, today):
        """Book what is due by a day; return every month so far: (month, added, earned, owed)."""
        while self.months._book_next(self.program, today):
            pass
        rows = self.months.search([("program_id", "=", self.program.id)], order="month")
        for row in rows:
            self.assertAlmostEqual(sum(row.line_ids.mapped("added")), row.added)
        return [(str(row.month)[:7], row.added, row.earned, row.balance) for row in rows]

    def in_books(self):
        """Return (revenue, owed) of the posted entries."""
        lines = self.env["account.move.line"]
        return tuple(
            round(
                -sum(
                    lines.search(
                        [("account_id", "=", account.id), ("parent_state", "=", "posted")]
                    ).mapped("balance")
                ),
                2,
            )
            for account in (self.income, self.owed)
        )

    def test_a_year_moves_to_revenue_month_by_month_and_booking_again_adds_nothing(self):
        self.buy(self.member, "d-year", NEW_YEAR)
        self.assertEqual(self.book(date(2026, 1, 31)), [], "January has not ended")
        self.assertEqual(self.book(date(2026, 2, 1)), [("2026-01", 100, 8.33, 91.67)])
        self.assertEqual(self.in_books(), (8.33, 91.67))
        for _again in range(2):
            self.assertEqual(
                self.book(date(2026, 4, 20))[1:],
                [("2026-02", 0, 8.34, 83.33), ("2026-03", 0, 8.33, 75)],
            )
        self.book(date(2027, 3, 1))
        self.assertEqual(self.in_books(), (100, 0))
        lines = self.env["rc.revenue.deferral.line"].search(
            [("charge_id.subscription_id.partner_id", "=", self.member.id)]
        )
        self.assertEqual((len(lines), sum(lines.mapped("earned"))), (12, 100))

    def test_after_45_days_off_the_missed_months_are_booked_in_order(self):
        self.buy(self.member, "d-year", NEW_YEAR)
        with freeze_time(datetime(2026, 3, 17, 12)), self.enter_registry_test_mode():
            self.env.ref("rc_membership.ir_cron_revenue_deferral").method_direct_trigger()
        self.env.invalidate_all()
        rows = self.months.search([("program_id", "=", self.program.id)], order="id")
        self.assertEqual(
            rows.mapped("move_id.date"), [date(2026, 1, 31), date(2026, 2, 28)], "oldest first"
        )
        self.assertEqual(rows.mapped("move_id.state"), ["posted", "posted"])

    def test_monthly_plans_count_at_once_unless_they_are_to_be_deferred(self):
        self.buy(self.member, "d-month", date(2026, 1, 16))
        self.assertEqual(self.book(date(2026, 2, 1)), [("2026-01", 0, 0, 0)])
        self.assertFalse(self.months.search([("program_id", "=", self.program.id)]).move_id)
        self.program.deferral_months = 1
        self.assertEqual(self.book(date(2026, 3, 1))[1:], [("2026-02", 0, 0, 0)])
        self.buy(self.a_member("Leo"), "d-month", date(2026, 3, 17))
        self.assertEqual(self.book(date(2026, 4, 1))[2:], [("2026-03", 10, 4.84, 5.16)])

    def test_a_credit_note_takes_back_what_is_left(self):
        invoice = self.buy(self.member, "d-year", NEW_YEAR)
        self.book(date(2026, 4, 1))
        self.refund(invoice, date(2026, 4, 10))
        self.drain()
        self.assertEqual(self.book(date(2026, 5, 1))[3:], [("2026-04", -100, -25, 0)])
        self.assertEqual(self.in_books(), (0, 0))
        self.assertEqual(
            self.book(date(2026, 7, 1))[4:], [("2026-05", 0, 0, 0), ("2026-06", 0, 0, 0)]
        )

    def test_a_part_that_is_credited_lowers_both(self):
        invoice = self.buy(self.member, "d-year", NEW_YEAR)
        self.book(date(2026, 4, 1))
        self.refund(invoice, date(2026, 4, 10), amount=40)
        self.drain()
        self.book(date(2026, 5, 1))
        self.assertEqual(self.in_books(), (20, 40), "a third of the 60 that were kept")

    def test_an_upgrade_ends_the_former_years_deferral_against_its_credit(self):
        self.buy(self.member, "d-year", NEW_YEAR)
        self.book(date(2026, 4, 1))
        plan = self.env["rc.subscription"]._get_running(self.member, self.program)
        with freeze_time(datetime(2026, 4, 1, 12)):
            order = plan._change_plan(self.a_plan("d-gold"), self.noon(date(2026, 4, 1)))
            order.action_confirm()
            bill = order._create_invoices()
            bill.invoice_date = date(2026, 4, 1)
            bill.action_post()
            self.pay(bill, date(2026, 4, 1))
            self.drain()
        credit = -min(bill.invoice_line_ids.mapped("price_subtotal"))
        self.assertEqual(credit, 75.34)  # 275 of 365 days
        self.book(date(2026, 5, 1))
        # the credit lowers the revenue of its own account by what the former year gives free
        self.assertEqual(self.in_books(), (100 + 20, 220))

    def test_what_is_cancelled_at_once_is_earned_that_month(self):
        self.buy(self.member, "d-year", NEW_YEAR)
        self.book(date(2026, 3, 1))
        plan = self.env["rc.subscription"]._get_running(self.member, self.program)
        plan._cancel_now(datetime(2026, 3, 5, 12))
        self.assertEqual(self.book(date(2026, 4, 1))[2:], [("2026-03", 0, 83.33, 0)])

    def test_a_reduction_on_the_invoice_is_no_revenue(self):
        order = self.an_order(self.member, "d-year")
        coupon = self.env["product.product"].create(
            {"name": "Coupon", "type": "service", "invoice_policy": "order", "taxes_id": False}
        )
        order.order_line = [Command.create({"product_id": coupon.id, "price_unit": -40})]
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = NEW_YEAR
        invoice.action_post()
        self.pay(invoice, NEW_YEAR)
        self.drain()
        self.assertEqual(self.book(date(2026, 2, 1)), [("2026-01", 60, 5, 55)])

    def test_invoices_before_the_first_month_stay_as_they_were(self):
        self.buy(self.member, "d-year", date(2025, 12, 15))
        self.assertEqual(self.book(date(2026, 2, 1)), [("2026-01", 0, 0, 0)])

    def test_a_locked_month_is_booked_on_the_next_open_day(self):
        self.buy(self.member, "d-year", NEW_YEAR)
        self.company.fiscalyear_lock_date = date(2026, 2, 28)
        self.book(date(2026, 4, 1))
        rows = self.months.search([("program_id", "=", self.program.id)], order="month")
        self.assertEqual(
            rows.mapped("move_id.date") + rows.move_id.mapped("state"),
            [*[date(2026, 3, 1)] * 2, date(2026, 3, 31), "posted", "posted", "posted"],
        )
        self.assertEqual(self.in_books(), (25, 75))

    def test_entries_wait_as_drafts_where_an_accountant_wants_to_look(self):
        self.program.deferral_is_posted = False
        self.buy(self.member, "d-year", NEW_YEAR)
        self.book(date(2026, 2, 1))
        self.assertEqual(
            self.months.search([("program_id", "=", self.program.id)]).move_id.state, "draft"
        )

    def test_the_database_keeps_a_charges_month_once_and_for_good(self):
        self.buy(self.member, "d-year", NEW_YEAR)
        self.book(date(2026, 2, 1))
        [line] = self.months.search([("program_id", "=", self.program.id)]).line_ids
        copied = "deferral_id, charge_id, tier_id, company_id, month"
        for query, error in (
            (
                f"INSERT INTO rc_revenue_deferral_line ({copied}) SELECT {copied}"
                " FROM rc_revenue_deferral_line WHERE id = %s",
                UniqueViolation,
            ),
            ("UPDATE rc_revenue_deferral_line SET earned = 9 WHERE id = %s", RestrictViolation),
            ("DELETE FROM rc_revenue_deferral_line WHERE id = %s", RestrictViolation),
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(error),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [line.id])
        with self.assertRaises(UserError):
            line.deferral_id.unlink()

    def test_an_accountant_books_and_others_may_not(self):
        accountant = new_test_user(
            self.env,
            "deferral-accountant",
            groups="rc_membership.group_accountant,account.group_account_user",
        )
        salesperson = new_test_user(
            self.env, "deferral-sales", groups="rc_membership.group_salesperson"
        )
        self.buy(self.member, "d-year", NEW_YEAR)
        with self.assertRaises(AccessError):
            self.program.with_user(salesperson).action_book_deferrals()
        with freeze_time(datetime(2026, 2, 5, 12)):
            self.program.with_user(accountant).action_book_deferrals()
        row = self.months.with_user(accountant).search([("program_id", "=", self.program.id)])
        self.assertEqual((row.balance, row.line_count), (91.67, 1))
        self.assertEqual(row.line_ids.partner_id.name, self.member.name)
        self.program.deferral_account_id = False
        with self.assertRaisesRegex(UserError, "Choose the deferred revenue account"):
            self.program.with_user(accountant).action_book_deferrals()
