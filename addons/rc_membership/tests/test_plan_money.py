"""Money of a plan that is taken back, moved or shared: nothing is paid twice, nothing is lost."""

from datetime import date, datetime

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..exceptions import Refusal
from ..history import stretches
from .common import MembershipCase
from .test_migration import load
from .test_seats import SeatCase

START = date(2026, 3, 1)


class PlanMoneyCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_member(email="mia@example.com")
        cls.first = cls.buy(cls.member, "pro-month", on=START)
        cls.subscription = cls.env["rc.subscription"]._get_running(cls.member, cls.program)

    def on(self, day):
        return freeze_time(datetime(day.year, day.month, day.day, 12))

    def buy_on(self, item, day):
        with self.on(day):
            return self.buy(self.member, item, on=day)

    def refund_on(self, invoice, day, amount=None):
        with self.on(day):
            self.refund(invoice, day, amount)
            self.drain()


@tagged("post_install", "-at_install")
class TestMoneyTakenBack(PlanMoneyCase):
    """A refund takes back what it paid for, and nothing else."""

    def test_a_plan_cancelled_now_stays_cancelled_when_a_part_is_refunded(self):
        day = date(2026, 3, 11)
        with self.on(day):
            self.subscription._cancel_now(datetime(2026, 3, 11, 12))
        self.refund_on(self.first, day, amount=10)
        self.assertEqual(self.subscription.state, "cancelled")

    def test_a_second_purchase_that_is_refunded_leaves_the_first_its_days(self):
        second = self.buy_on("pro-month", date(2026, 3, 2))
        self.assertEqual(self.subscription.period_end, date(2026, 5, 1))
        self.refund_on(second, date(2026, 3, 3))
        self.assertRecordValues(
            self.subscription, [{"state": "active", "period_end": date(2026, 4, 1)}]
        )
        self.buy_on("pro-month", date(2026, 3, 20))
        self.assertRecordValues(
            self.subscription, [{"state": "active", "period_end": date(2026, 5, 1)}]
        )

    def test_the_first_of_two_that_is_refunded_takes_its_days(self):
        self.buy_on("pro-month", date(2026, 3, 2))
        self.refund_on(self.first, date(2026, 3, 3))
        self.assertRecordValues(
            self.subscription, [{"state": "active", "period_end": date(2026, 3, 31)}]
        )

    def test_a_refunded_upgrade_gives_the_former_plan_its_days_back(self):
        upgrade = self.buy_on("premium-month", date(2026, 3, 11))
        self.assertEqual(self.member.rc_tier_id.code, "premium")
        self.refund_on(upgrade, date(2026, 3, 12))
        self.assertRecordValues(
            self.subscription,
            [
                {
                    "state": "active",
                    "product_id": self.a_plan("pro-month").id,
                    "period_start": START,
                    "period_end": date(2026, 4, 1),
                }
            ],
        )
        self.buy_on("premium-month", date(2026, 3, 11))
        self.assertEqual(self.subscription.period_end, date(2026, 4, 11))

    def test_what_is_noted_on_a_row_that_only_grows_may_be_noted_on_another_day(self):
        """Within one transaction the time of writing does not change, so a test cannot see it."""
        self.env["rc.seat.change"].create(
            {
                "key": "test:seats",
                "subscription_id": self.subscription.id,
                "company_id": self.company.id,
                "quantity": 1,
                "on": START,
            }
        )
        self.env.flush_all()
        for table, column in (
            ("rc_subscription_charge", "taken_on = '2026-03-02'"),
            ("rc_seat_change", f"credit_invoice_id = {self.first.id}"),
        ):
            query = SQL(
                "UPDATE %s SET %s, write_date = '2030-01-01', write_uid = 1"
                " WHERE subscription_id = %s",
                SQL.identifier(table),
                SQL(column),
                self.subscription.id,
            )
            self.env.cr.execute(query)
            self.assertEqual(self.env.cr.rowcount, 1, table)

    def test_reports_forget_an_upgrade_that_was_refunded(self):
        upgrade = self.buy_on("premium-month", date(2026, 3, 11))
        query = SQL(
            "SELECT mrr FROM (%s) had WHERE partner_id = %s AND end_on IS NULL",
            stretches(date(2026, 3, 20)),
            self.member.id,
        )
        self.env.flush_all()
        self.assertEqual(self.env.execute_query(query), [(25,)])
        self.refund_on(upgrade, date(2026, 3, 12))
        self.env.flush_all()
        self.assertEqual(self.env.execute_query(query), [(15,)])

    def test_a_plan_that_a_bounce_ended_before_the_upgrade_runs_again_when_it_is_paid(self):
        with self.on(date(2026, 3, 3)):
            self.first.line_ids.remove_move_reconcile()
            self.drain()
        charge = self.subscription.charge_ids
        self.assertEqual(
            (self.subscription.state, charge.taken_on), ("cancelled", date(2026, 3, 3))
        )
        charge.taken_on = False
        self.env.flush_all()
        script = load("19.0.1.3.0", "post", "taken")
        script.migrate(self.env.cr, "19.0.1.2.0")
        script.migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual(charge.taken_on, date(2026, 3, 3))
        with self.on(date(2026, 3, 4)):
            self.pay(self.first, date(2026, 3, 4))
            self.drain()
        self.assertRecordValues(self.subscription, [{"state": "active", "ended_on": False}])

    def test_a_returned_good_of_the_same_invoice_does_not_lower_the_credit_of_the_plan(self):
        other = self.a_member("Leo")
        order = self.an_order(other, "pro-month")
        good = self.env["product.product"].create(
            {"name": "Cushion", "type": "service", "invoice_policy": "order"}
        )
        order.order_line = [
            Command.create({"product_id": good.id, "price_unit": 85, "tax_ids": False})
        ]
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = START
        invoice.action_post()
        self.pay(invoice, START)
        self.drain()
        note = invoice._reverse_moves([{"date": START, "invoice_date": START}])
        note.invoice_line_ids.filtered(lambda x: x.product_id != good).unlink()
        note.action_post()
        theirs = self.env["rc.subscription"]._get_running(other, self.program)
        change = theirs._get_change(self.a_plan("premium-month"), date(2026, 3, 11))
        self.assertEqual(str(change["credit"]), "10.16")


@tagged("post_install", "-at_install")
class TestCreditOfAChange(PlanMoneyCase):
    """The credit for unused days goes to who paid them, in the money they paid."""

    def test_a_plan_given_away_leaves_its_former_owner_no_credit(self):
        day = date(2026, 3, 11)
        with self.on(day):
            order = self.subscription._change_plan(
                self.a_plan("premium-month"), datetime(2026, 3, 11, 12)
            )
            self.subscription._transfer(self.a_member("Leo"), day)
            order.action_confirm()
        self.assertEqual(order.amount_total, 25)

    def test_a_credit_is_exchanged_into_the_money_of_the_new_order(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "name": date(2026, 1, 1),
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        offer = self.env["product.pricelist"].create(
            {"name": "Offer", "currency_id": euro.id, "rc_first_period_only": True}
        )
        other = self.a_member("Leo")
        other.property_product_pricelist = self.pricelist
        order = self.an_order(other, "pro-month")
        order.pricelist_id = offer
        order.order_line.price_unit = 7.5
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = START
        invoice.action_post()
        self.assertEqual((invoice.currency_id, invoice.amount_total), (euro, 7.5))
        self.pay(invoice, START)
        self.drain()
        theirs = self.env["rc.subscription"]._get_running(other, self.program)
        self.assertNotEqual(theirs._get_renewal_currency(), euro)
        change = theirs._get_change(self.a_plan("premium-month"), date(2026, 3, 11))
        self.assertEqual(str(change["credit"]), "10.16")


@tagged("post_install", "-at_install")
class TestSeatsOfAChange(SeatCase):
    """Extra seats are paid for as long as they last, at the price of the plan they belong to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.april = date(2026, 4, 1)
        order = cls.team._order_seats(2, cls.april)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = cls.april
        invoice.action_post()
        cls.pay(invoice, cls.april)
        cls.drain()

    def on(self, day):
        return freeze_time(datetime(day.year, day.month, day.day, 12))

    def test_seats_for_two_months_paid_ahead_cost_two_months(self):
        self.buy(self.owner, "team-month", self.april)
        self.assertEqual(self.team.period_end, date(2026, 6, 1))
        order = self.team._order_seats(1, self.april)
        self.assertEqual(order.amount_untaxed, 100)

    def test_a_yearly_plan_asks_the_year_for_the_seats_that_are_kept(self):
        with self.on(date(2026, 4, 16)):
            order = self.team._change_plan(self.a_plan("team-year"), datetime(2026, 4, 16, 12))
            # 5000 and 2 × 500 for the year, less half a month of 500 and of 2 × 50
            self.assertEqual(order.amount_untaxed, 5700)
            order.action_confirm()
            invoice = order._create_invoices()
            invoice.invoice_date = date(2026, 4, 16)
            invoice.action_post()
            self.pay(invoice, date(2026, 4, 16))
            self.drain()
        self.assertRecordValues(
            self.team, [{"period_end": date(2027, 4, 16), "extra_seat_count": 2}]
        )

    def test_a_plan_without_seats_waits_until_extra_seats_are_given_back(self):
        with self.assertRaises(Refusal) as caught:
            self.team._change_plan(self.a_plan("premium-month"), datetime(2026, 4, 16, 12))
        self.assertEqual(caught.exception.code, "limit_reached")

    def test_a_shorter_plan_renews_with_its_own_price_of_a_seat(self):
        owner = self.a_member("Bamboo School")
        self.buy(owner, "team-year", self.april)
        team = self.env["rc.subscription"]._get_running(owner, self.program)
        self.env["rc.seat.change"].create(
            {
                "key": "test:seats",
                "subscription_id": team.id,
                "company_id": self.company.id,
                "quantity": 2,
                "on": self.april,
            }
        )
        team._change_plan(self.a_plan("team-month"), datetime(2026, 4, 16, 12))
        invoice = team._bill_next_period(date(2027, 4, 1))
        self.assertEqual(invoice.amount_untaxed, 600)

    def test_seats_renew_at_the_price_list_and_not_at_the_offer_of_the_first_period(self):
        fixed = {"applied_on": "3_global", "compute_price": "fixed", "fixed_price": 1}
        offer = self.env["product.pricelist"].create(
            {"name": "Offer", "rc_first_period_only": True, "item_ids": [Command.create(fixed)]}
        )
        owner = self.a_member("Bamboo School")
        owner.property_product_pricelist = self.pricelist
        order = self.an_order(owner, "team-month")
        order.pricelist_id = offer
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = self.april
        invoice.action_post()
        self.pay(invoice, self.april)
        self.drain()
        team = self.env["rc.subscription"]._get_running(owner, self.program)
        self.assertEqual(team._get_renewal_price(), 500)
        self.assertEqual(team._get_seat_price(1, self.april)[0], 50)


@tagged("post_install", "-at_install")
class TestAfterATrial(PlanMoneyCase):
    def test_the_first_bill_is_a_first_period_though_the_trial_is_over(self):
        other = self.a_member("Leo")
        trial = self.env["rc.subscription"]._start_trial(
            other, self.a_plan("premium-month"), date(2026, 3, 11), 7
        )
        end = date(2026, 3, 18)
        with self.on(end):
            bill = trial._bill_next_period(end)
            trial.state = "past_due"
            self.pay(bill, end)
            self.drain()
        self.assertRecordValues(
            trial.charge_ids,
            [{"kind": "first", "period_start": end, "period_end": date(2026, 4, 18)}],
        )
        self.assertEqual(trial.state, "active")
