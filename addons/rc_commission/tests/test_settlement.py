from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.rc_referral.kernel.fraud import Signal

from .common import CommissionCase

FEB, MARCH = date(2026, 2, 15), date(2026, 3, 15)


@tagged("post_install", "-at_install")
class TestSettlement(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.bind(cls.a_member(), cls.studio)
        cls.invoice = cls.sell(cls.buyer)

    def bill_of(self, run, partner=None):
        return run.settlement_ids.filtered(
            lambda s: s.partner_id == (partner or self.studio)
        ).bill_id

    def pay_bill(self, bill, amount=None, on=date(2026, 2, 20)):
        if bill.state == "draft":
            bill.action_post()
        payment = self.pay(bill, on, amount)
        self.drain()
        return payment

    def test_what_is_payable_becomes_one_draft_vendor_bill_and_its_payment_is_seen(self):
        run = self.settle()
        bill = self.bill_of(run)
        self.assertEqual(
            (bill.move_type, bill.state, bill.partner_id, bill.amount_total, bill.invoice_date),
            ("in_invoice", "draft", self.studio, 5.0, FEB),
        )
        self.assertEqual(bill.invoice_line_ids.mapped("name"), ["Partners: grade (1 sales)"])
        self.assertEqual(bill.ref, run.settlement_ids.name)
        self.pay_bill(bill)
        self.assertEqual(self.money_of(self.studio, FEB), {"paid": "5.00", "accrued": "5.00"})
        self.assertEqual(run.settlement_ids.state, "paid")
        entry = self.env["rc.commission.entry"].search(
            [("settlement_id", "=", run.settlement_ids.id), ("kind", "=", "pay")]
        )
        self.assertEqual((entry.amount, entry.occurred_at.date()), (5.0, date(2026, 2, 20)))
        self.assertBalanced()

    def a_case(self):
        edge = self.env["rc.sponsor.edge"].search([("member_id", "=", self.buyer.id)])
        return self.env["rc.fraud.case"]._notice(
            "referral",
            f"referral:{edge.id}",
            self.studio,
            [Signal("by_hand")],
            self.env.cr.now(),
            self.env.company,
            member=self.buyer,
            edge=edge,
        )

    def test_what_was_sold_by_a_referral_that_is_being_checked_waits_until_it_is_cleared(self):
        case = self.a_case()
        run = self.settle()
        skip = run.skip_ids.filtered(lambda s: s.account_id.partner_id == self.studio)
        self.assertFalse(run.settlement_ids)
        self.assertEqual((skip.code, skip.held), ("screening", 5.0))
        manager = new_test_user(
            self.env, "settle_manager", groups="rc_membership.group_program_manager"
        )
        case.with_user(manager)._decide("clear", "They are two.", self.env.cr.now())
        self.assertEqual(self.settle().settlement_ids.amount, 5.0)

    def test_a_frozen_payee_is_not_settled_until_the_freeze_ends(self):
        case = self.a_case()
        case.state = "cleared"
        case._freeze(self.env.cr.now())
        run = self.settle()
        skip = run.skip_ids.filtered(lambda s: s.account_id.partner_id == self.studio)
        self.assertEqual((skip.code, skip.payable), ("frozen", 5.0))
        case._unfreeze(self.env.cr.now(), self.env.user)
        self.assertEqual(self.settle().settlement_ids.amount, 5.0)

    def test_before_the_hold_is_over_nothing_is_settled_and_it_says_until_when(self):
        run = self.settle(date(2026, 2, 3))
        self.assertFalse(run.settlement_ids)
        skip = run.skip_ids.filtered(lambda s: s.account_id.partner_id == self.studio)
        self.assertEqual(
            skip.explanation, "Nothing is payable before 02/04/2026; $\xa05.00 are held."
        )

    def test_settling_twice_changes_nothing(self):
        self.settle()
        before = self.money_of(self.studio, FEB)
        again = self.settle()
        self.assertFalse(again.settlement_ids)
        self.assertEqual(self.money_of(self.studio, FEB), before)

    def test_a_bill_paid_in_part_is_paid_in_part_and_taken_back_is_unpaid(self):
        bill = self.bill_of(self.settle())
        self.pay_bill(bill, 2)
        self.assertEqual(
            self.money_of(self.studio, FEB), {"settled": "3.00", "paid": "2.00", "accrued": "5.00"}
        )
        self.pay_bill(bill, on=date(2026, 2, 25))
        self.assertEqual(self.money_of(self.studio, FEB), {"paid": "5.00", "accrued": "5.00"})
        bill.line_ids.remove_move_reconcile()
        self.drain()
        self.assertEqual(self.money_of(self.studio, FEB), {"settled": "5.00", "accrued": "5.00"})
        self.assertEqual(bill.rc_settlement_id.state, "billed")
        self.assertBalanced()

    def test_a_refund_after_the_payout_is_a_debt_that_the_next_settlement_takes_off(self):
        self.pay_bill(self.bill_of(self.settle()))
        self.give_back(self.invoice, 12.5, on=date(2026, 2, 22))
        self.assertEqual(
            self.money_of(self.studio, FEB), {"paid": "5.00", "debt": "2.50", "accrued": "2.50"}
        )
        self.sell(self.bind(self.a_member("Leo"), self.studio), on=date(2026, 2, 1))
        run = self.settle(MARCH)
        settlement = run.settlement_ids
        self.assertEqual(
            (settlement.payable, settlement.netted, settlement.amount), (5.0, 2.5, 2.5)
        )
        self.assertEqual(
            settlement.bill_id.invoice_line_ids.mapped(
                lambda line: (line.name, line.price_subtotal)
            ),
            [
                ("Partners: grade (1 sales)", 5.0),
                ("Reversed after an earlier settlement", -2.5),
            ],
        )
        self.assertEqual(
            self.money_of(self.studio, MARCH),
            {"settled": "2.50", "paid": "5.00", "accrued": "7.50"},
        )
        self.assertBalanced()

    def test_a_debt_larger_than_what_is_payable_swallows_it_and_stays_visible(self):
        self.pay_bill(self.bill_of(self.settle()))
        self.give_back(self.invoice, on=date(2026, 2, 22))
        self.sell(self.bind(self.a_member("Leo"), self.studio), "pro-month", on=date(2026, 2, 1))
        settlement = self.settle(MARCH).settlement_ids
        self.assertEqual((settlement.state, settlement.amount), ("netted", 0))
        self.assertFalse(settlement.bill_id)
        self.assertEqual(
            self.money_of(self.studio, MARCH), {"paid": "5.00", "debt": "2.00", "accrued": "3.00"}
        )

    def test_a_cancelled_bill_makes_its_commissions_payable_again(self):
        run = self.settle()
        bill = self.bill_of(run)
        bill.button_cancel()
        self.assertEqual(run.settlement_ids.state, "cancelled")
        self.assertEqual(self.money_of(self.studio, FEB), {"payable": "5.00", "accrued": "5.00"})
        with self.assertRaisesRegex(UserError, "Run a new settlement"):
            bill.button_draft()
        again = self.settle()
        self.assertEqual(self.bill_of(again).amount_total, 5.0)
        self.assertEqual(self.awards_of(self.studio).settled, 5.0)
        self.give_back(self.invoice, on=date(2026, 2, 22))
        self.assertEqual(self.money_of(self.studio, FEB), {"settled": "5.00", "debt": "5.00"})
        self.assertBalanced()

    def test_a_refund_between_cancellation_and_the_next_settlement_lowers_what_is_payable(self):
        self.bill_of(self.settle()).button_cancel()
        self.give_back(self.invoice, 12.5, on=date(2026, 2, 16))
        self.assertEqual(self.money_of(self.studio, FEB), {"payable": "2.50", "accrued": "2.50"})

    def test_cancelling_restores_the_debt_that_was_taken_off(self):
        self.pay_bill(self.bill_of(self.settle()))
        self.give_back(self.invoice, 12.5, on=date(2026, 2, 22))
        self.sell(self.bind(self.a_member("Leo"), self.studio), on=date(2026, 2, 1))
        before = self.money_of(self.studio, MARCH)
        self.bill_of(self.settle(MARCH)).button_cancel()
        self.assertEqual(self.money_of(self.studio, MARCH), before)
        self.assertBalanced()

    def test_the_bill_of_a_settlement_is_cancelled_and_not_deleted(self):
        bill = self.bill_of(self.settle())
        with self.assertRaisesRegex(UserError, "Cancel the bill instead"):
            bill.unlink()

    def test_a_paid_bill_cannot_be_cancelled_behind_the_ledger(self):
        bill = self.bill_of(self.settle())
        self.pay_bill(bill)
        bill.button_cancel()  # Odoo takes the payment off first
        self.assertEqual(self.money_of(self.studio, FEB), {"payable": "5.00", "accrued": "5.00"})
        self.assertBalanced()

    def test_two_plans_pay_one_payee_on_one_bill_with_a_line_each(self):
        self.sell(self.bind(self.a_member("T"), self.sara.partner_id), "team-year")
        bill = self.bill_of(self.settle(), self.sara.partner_id)
        self.assertEqual(
            sorted(bill.invoice_line_ids.mapped(lambda line: (line.name, line.price_subtotal))),
            [
                ("Internal staff: big_deal (1 sales)", 500.0),
                ("Internal staff: own_sales (1 sales)", 1000.0),
            ],
        )

    def test_below_the_minimum_it_waits_and_says_so(self):
        self.only(
            self.a_simple_plan(
                "pay: {to: seller}, rate: 10%", settlement='{day: 15, minimum: "9.00"}'
            )
        )
        rival = self.a_payee("Rival", "partner")
        self.sell(self.bind(self.a_member("R"), rival))
        run = self.settle()
        skip = run.skip_ids.filtered(lambda s: s.account_id.partner_id == rival)
        self.assertEqual((skip.code, skip.payable, skip.minimum), ("below_minimum", 2.5, 9.0))
        self.assertEqual(self.money_of(rival, FEB)["payable"], "2.50")
        for number in range(3):
            self.sell(self.bind(self.a_member(f"R{number}"), rival))
        self.assertEqual(self.bill_of(self.settle(), rival).amount_total, 10.0)

    def test_missed_settlement_days_are_caught_up_in_order_and_only_once(self):
        self.env["rc.settlement.run"].search([("settlement_day", ">", 0)]).write(
            {"settlement_day": 0}
        )
        self.sell(self.bind(self.a_member("Leo"), self.studio), on=date(2026, 2, 1))
        run_model = self.env["rc.settlement.run"]
        self.env["rc.commission.credit"].flush_model()
        runs = run_model._start_due(self.company, date(2026, 4, 2)).filtered(
            lambda run: run.as_of >= date(2026, 2, 1)
        )
        self.assertEqual(runs.mapped("as_of"), [FEB, MARCH])
        for run in runs:
            run._settle_all()
        self.assertEqual([self.bill_of(run).amount_total for run in runs], [5.0, 5.0])
        self.assertEqual([self.bill_of(run).invoice_date for run in runs], [FEB, MARCH])
        self.assertFalse(run_model._start_due(self.company, date(2026, 4, 2)))

    def test_settle_now_shows_first_and_asks_for_the_right(self):
        accountant = new_test_user(
            self.env, "com_accountant", groups="base.group_user,rc_membership.group_accountant"
        )
        wizard = self.env["rc.settlement.wizard"].with_user(accountant).create({"as_of": FEB})
        line = wizard.line_ids.filtered(lambda row: row.account_id.partner_id == self.studio)
        self.assertEqual((line.payable, line.amount, line.why), (5.0, 5.0, False))
        self.assertFalse(self.account_of(self.studio).settled)
        action = wizard.action_settle()
        run = self.env["rc.settlement.run"].browse(action["res_id"])
        self.assertEqual(self.bill_of(run).amount_total, 5.0)
        with self.assertRaises(AccessError):
            self.env["rc.settlement.wizard"].with_user(self.sara).create({"as_of": FEB})

    def test_a_run_that_was_stopped_goes_on_where_it_was(self):
        others = [self.a_payee(f"P{number}", "partner") for number in range(3)]
        for number, payee in enumerate(others):
            self.sell(self.bind(self.a_member(f"B{number}"), payee))
        run = self.env["rc.settlement.run"]._start(self.company, FEB)
        run._settle_next(2)
        self.assertEqual(run.state, "running")
        run._settle_all()
        self.assertEqual(run.state, "done")
        self.assertLessEqual(
            {payee.id for payee in others} | {self.studio.id},
            set(run.settlement_ids.partner_id.ids),
        )

    def test_settlements_and_their_lines_never_change(self):
        settlement = self.settle().settlement_ids
        for record, values in (
            (settlement, {"name": "X"}),
            (settlement.item_ids, {"settlement_id": settlement.id}),
        ):
            with self.assertRaises(UserError):
                record.write(values)
            with self.assertRaises(UserError):
                record.unlink()

    def test_the_cron_settles_what_is_due(self):
        self.env["rc.settlement.run"].search([("settlement_day", ">", 0)]).write(
            {"settlement_day": 0}
        )
        with (
            freeze_time("2026-02-16 03:00:00"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=600),
        ):
            self.env["rc.settlement.run"]._cron_settle()
            self.env["rc.settlement.run"]._cron_settle()
        runs = self.env["rc.settlement.run"].search(
            [("settlement_day", ">", 0), ("company_id", "=", self.company.id)]
        )
        self.assertIn(FEB, runs.mapped("as_of"))
        self.assertEqual(set(runs.mapped("state")), {"done"})
        self.assertEqual(self.money_of(self.studio, FEB), {"settled": "5.00", "accrued": "5.00"})
