from datetime import date, datetime

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.rc_membership.kernel.ledger import LedgerError

from .common import CommissionCase

FEB = date(2026, 2, 15)


@tagged("post_install", "-at_install")
class TestLedger(CommissionCase):
    @mute_logger("odoo.sql_db")
    def test_rows_of_money_only_grow_whoever_tries(self):
        buyer = self.bind(self.a_member(), self.studio)
        self.sell(buyer)
        self.settle()
        for table in (
            "rc_commission_credit",
            "rc_commission_award",
            "rc_commission_entry",
            "rc_settlement_item",
        ):
            for statement in (
                SQL("UPDATE %s SET create_date = NULL", SQL.identifier(table)),
                SQL("DELETE FROM %s", SQL.identifier(table)),
                SQL("TRUNCATE %s CASCADE", SQL.identifier(table)),
            ):
                with self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
                    self.env.cr.execute(statement)

    def test_without_its_protection_the_ledger_takes_no_entry(self):
        ledger = self.env.registry["rc.commission.entry"]
        self.assertEqual(ledger._ledger_missing, [])
        self.addCleanup(setattr, ledger, "_ledger_missing", [])
        self.env.cr.execute("DROP TRIGGER rc_append_only_row ON rc_commission_award")
        self.env["rc.commission.entry"]._register_hook()
        self.assertEqual(ledger._ledger_missing, ["rc_append_only_row"])
        invoice = self.sell(self.bind(self.a_member(), self.studio), amount=0)
        self.pay(invoice)
        with self.assertRaisesRegex(LedgerError, "ledger_unprotected"):
            invoice._rc_accrue(datetime(2026, 1, 31))

    def test_no_role_writes_money_by_the_orm(self):
        buyer = self.bind(self.a_member(), self.studio)
        self.sell(buyer)
        award = self.awards_of(self.studio)
        for record, values in (
            (award, {"amount": 99}),
            (award.entry_ids, {"amount": 99}),
            (award.account_id, {"open": 99}),
            (self.env["rc.commission.credit"].search([], limit=1), {"skips": []}),
        ):
            with self.assertRaises(UserError):
                record.write(values)
            with self.assertRaises(UserError):
                record.unlink()

    def merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((source | target).ids, target)

    def test_merging_two_payees_loses_nothing(self):
        twin = self.a_payee("Twin", "partner")
        for payee, item in ((self.studio, "premium-month"), (twin, "ultimate-month")):
            self.sell(self.bind(self.a_member(f"of {payee.name}"), payee), item)
        self.settle()
        later = [
            self.sell(self.bind(self.a_member(f"later {payee.name}"), payee), on=date(2026, 2, 10))
            for payee in (self.studio, twin)
        ]
        bill = twin.rc_commission_account_ids.settlement_ids.bill_id
        self.merge(twin, self.studio)
        self.assertEqual(
            self.money_of(self.studio, FEB),
            {"settled": "15.00", "held": "10.00", "accrued": "25.00"},
        )
        bill.action_post()
        self.pay(bill, FEB)
        self.drain()
        self.give_back(later[1], on=date(2026, 2, 20))
        self.assertEqual(
            self.money_of(self.studio, FEB),
            {"settled": "5.00", "paid": "10.00", "held": "5.00", "accrued": "20.00"},
        )
        run = self.settle(date(2026, 3, 15))
        self.assertEqual(run.settlement_ids.filtered("amount").bill_id.amount_total, 5.0)
        self.assertBalanced()

    def test_merging_a_payee_into_a_contact_without_commissions_moves_the_account(self):
        self.sell(self.bind(self.a_member(), self.studio))
        plain = self.env["res.partner"].create({"name": "Plain"})
        self.merge(self.studio, plain)
        self.assertEqual(self.money_of(plain), {"held": "5.00", "accrued": "5.00"})

    def test_a_credited_invoice_line_cannot_be_deleted(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer)
        invoice.line_ids.remove_move_reconcile()
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, "credit note"):
            invoice.invoice_line_ids.unlink()
