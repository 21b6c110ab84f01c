"""When money counts: registered, or seen on the bank statement; bounced, charged back, re-invoiced."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import CommissionCase

PAID = date(2026, 1, 5)


@tagged("post_install", "-at_install")
class TestReceivedOn(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.only(cls.a_simple_plan("pay: {to: seller}, rate: 20%"))
        cls.buyer = cls.bind(cls.a_member(), cls.studio)

    def show_on_statement(self, payment, on):
        """The bank statement has a line that is matched with the payment."""
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": payment.journal_id.id,
                "date": on,
                "payment_ref": "bank",
                "amount": payment.amount,
                "partner_id": payment.partner_id.id,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = payment.outstanding_account_id
        own = payment.move_id.line_ids.filtered(
            lambda move_line: move_line.account_id == payment.outstanding_account_id
        )
        (suspense | own).reconcile()
        self.drain()

    def test_a_registered_payment_counts_at_once_by_default(self):
        self.sell(self.buyer)
        self.assertEqual(self.money_of(self.studio)["accrued"], "5.00")

    def test_where_the_bank_must_show_it_a_registered_payment_waits_for_its_match(self):
        self.env.company.rc_received_on = "matched"
        invoice = self.sell(self.buyer, amount=0)
        payment = self.pay(invoice, PAID)
        self.drain()
        self.assertEqual(self.money_of(self.studio), {})
        self.show_on_statement(payment, date(2026, 1, 9))
        self.assertEqual(
            self.entries_of(self.studio), [("accrual", "5.0", "2026-01-09", "2026-02-08")]
        )

    def test_a_bounced_payment_reverses_and_leaves_the_rest(self):
        invoice = self.sell(self.buyer, amount=10)
        bounced = self.pay(invoice, date(2026, 1, 8))
        self.drain()
        self.assertEqual(self.money_of(self.studio)["accrued"], "5.00")
        bounced.action_draft()
        self.drain()
        self.assertEqual(self.money_of(self.studio)["accrued"], "2.00")
        bounced.action_post()
        self.drain()
        self.assertEqual(self.money_of(self.studio)["accrued"], "5.00")
        bounced.action_cancel()
        self.drain()
        self.assertEqual(self.money_of(self.studio)["accrued"], "2.00")
        self.assertBalanced()

    def test_an_invoice_taken_back_to_draft_accrues_again_once_it_is_posted(self):
        invoice = self.sell(self.buyer)
        invoice.button_draft()
        self.drain()
        self.assertEqual(self.money_of(self.studio), {})
        invoice.action_post()
        self.drain()
        self.assertEqual(self.money_of(self.studio)["accrued"], "5.00")
        self.assertBalanced()

    def test_a_chargeback_after_settlement_is_a_debt_and_won_it_is_payable_again(self):
        invoice = self.sell(self.buyer)
        self.settle(date(2026, 2, 15))
        invoice.line_ids.remove_move_reconcile()
        self.drain()
        late = date(2026, 2, 16)
        self.assertEqual(self.money_of(self.studio, late), {"settled": "5.00", "debt": "5.00"})
        self.pay(invoice, date(2026, 3, 1))
        self.drain()
        self.assertEqual(
            self.money_of(self.studio, date(2026, 4, 1)),
            {"settled": "5.00", "debt": "5.00", "payable": "5.00", "accrued": "5.00"},
        )
        self.assertBalanced()

    def test_a_cancelled_order_that_is_invoiced_again_pays_once(self):
        invoice = self.sell(self.buyer)
        invoice.line_ids.remove_move_reconcile()
        invoice.button_draft()
        invoice.button_cancel()
        self.drain()
        self.assertEqual(self.money_of(self.studio), {})
        again = self.a_direct_invoice(self.buyer, 25, date(2026, 1, 9))
        self.pay(again, date(2026, 1, 9))
        self.drain()
        self.assertEqual(self.money_of(self.studio)["accrued"], "5.00")
        self.assertBalanced()

    def test_partial_payments_in_two_currencies_are_one_share(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2026-01-01", "rate": 0.5}
        )
        invoice = self.sell(self.buyer, amount=5)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": PAID, "currency_id": euro.id, "amount": 5})._create_payments()
        self.drain()
        self.assertEqual(self.money_of(self.studio)["accrued"], "3.00")

    def test_a_sale_in_another_currency_is_paid_at_the_invoices_date(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        for day, rate in (("2026-01-01", 0.5), ("2026-01-06", 0.25)):
            self.env["res.currency.rate"].create(
                {"currency_id": euro.id, "name": day, "rate": rate}
            )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.buyer.id,
                "invoice_date": PAID,
                "currency_id": euro.id,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 10, "tax_ids": [Command.clear()]})
                ],
            }
        )
        invoice.action_post()
        self.pay(invoice, date(2026, 1, 8))
        self.drain()
        self.assertEqual(self.awards_of(self.studio).amount, 4.0)
