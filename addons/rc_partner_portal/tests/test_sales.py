from datetime import date
from fractions import Fraction

from odoo import Command
from odoo.tests import tagged

from odoo.addons.rc_commission.adapters import read_invoices
from odoo.addons.rc_commission.kernel.basis import spread_discounts
from odoo.addons.rc_commission.kernel.received import received_steps
from odoo.addons.rc_membership.kernel.money import round_half_up
from odoo.addons.rc_membership.kernel.periods import Period

from .. import adapters
from .common import PartnerPortalCase

JAN, FEB, MARCH = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)


@tagged("post_install", "-at_install")
class TestSales(PartnerPortalCase):
    """PostgreSQL adds up what the kernel of commissions counts, for every kind of invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mia = cls.a_customer("Mia Chen")
        cls.tax = cls.env["account.tax"].create({"name": "15 %", "amount": 15})

    def sold(self, *prices, taxed=False, currency=None):
        """Return a posted invoice of Mia's with a line for each price, sold by the studio."""
        products = self.env["product.product"].create(
            [{"name": f"Item {number}", "taxes_id": False} for number, _p in enumerate(prices)]
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.mia.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": price,
                            "tax_ids": [Command.set(self.tax.ids if taxed else [])],
                        }
                    )
                    for product, price in zip(products, prices, strict=True)
                ],
            }
        )
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = JAN
        if currency:
            invoice.currency_id = currency
        invoice.action_post()
        return invoice

    def received(self, invoice, owner=None):
        """Return the facts of the invoice as (kind, day, amount), oldest first."""
        scope = adapters.get_scope(owner or self.studio, self.company)
        facts = adapters.read_sales(self.env, scope, member_id=self.mia.id)
        return [
            (fact.kind, fact.on, str(fact.amount))
            for fact in reversed(facts)
            if fact.record_id == invoice.id
        ]

    def counted(self, invoice):
        """Return the same from the kernel: the received shares of the lines, day by day."""
        facts, before = [], round_half_up(0, 2)
        money = read_invoices(invoice)[invoice.id]
        nets = dict(
            zip(
                [line.key for line in money.lines],
                spread_discounts([line.net for line in money.lines]),
                strict=True,
            )
        )
        rate = Fraction(str(invoice.invoice_currency_rate or 1))
        for step in received_steps(money):
            kept = sum((nets[key] * share for key, share in step.shares.items()), Fraction(0))
            now = round_half_up(kept / rate, 2)
            if now != before:
                kind = "sale" if now > before else "refund"
                facts.append((kind, step.on, str(now - before)))
            before = now
        return facts

    def check(self, invoice, expected):
        self.assertEqual(self.counted(invoice), expected)
        self.assertEqual(self.received(invoice), expected)

    def test_an_unpaid_invoice_brought_nothing(self):
        self.check(self.sold(50), [])

    def test_two_payments_are_two_receipts(self):
        invoice = self.sold(50)
        self.pay(invoice, JAN, amount=20)
        self.pay(invoice, FEB)
        self.check(invoice, [("sale", JAN, "20.00"), ("sale", FEB, "30.00")])

    def test_rounded_parts_of_a_taxed_invoice_add_up_to_the_rounded_whole(self):
        invoice = self.sold(10, taxed=True)
        for day in (JAN, FEB):
            self.pay(invoice, day, amount=3.83)
        self.pay(invoice, MARCH)
        self.check(invoice, [("sale", JAN, "3.33"), ("sale", FEB, "3.33"), ("sale", MARCH, "3.34")])

    def test_a_refund_takes_back_its_part_on_its_own_day(self):
        invoice = self.sold(50)
        self.pay(invoice, JAN)
        note = self.refund(invoice, FEB, amount=10)
        self.pay(note, MARCH)
        self.check(invoice, [("sale", JAN, "50.00"), ("refund", FEB, "-10.00")])

    def test_a_credit_note_instead_of_money_leaves_what_was_received(self):
        invoice = self.sold(50)
        self.pay(invoice, JAN, amount=30)
        self.refund(invoice, FEB, amount=20)
        self.check(invoice, [("sale", JAN, "30.00")])

    def test_a_discount_line_lowers_what_came_in(self):
        invoice = self.sold(50, 20, -10)
        self.pay(invoice, JAN)
        self.check(invoice, [("sale", JAN, "60.00")])

    def test_another_currency_is_converted_before_rounding(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        euro.rate_ids = [Command.create({"name": date(2025, 1, 1), "rate": 0.7})]
        invoice = self.sold(50, currency=euro)
        self.pay(invoice, FEB)
        [(kind, day, _amount)] = found = self.received(invoice)
        self.assertEqual((kind, day), ("sale", FEB))
        self.check(invoice, found)
        self.assertAlmostEqual(float(found[0][2]), invoice.amount_total / 0.7, 2)

    def test_a_payment_that_bounced_is_gone(self):
        invoice = self.sold(50)
        self.pay(invoice, JAN).action_cancel()
        self.check(invoice, [])

    def test_nobody_else_sold_it(self):
        invoice = self.sold(50)
        self.pay(invoice, JAN)
        self.assertEqual(self.received(invoice, self.rival), [])

    def test_days_first_sales_and_the_newest_are_of_the_same_receipts(self):
        for day, price in ((JAN, 50), (JAN, 20), (FEB, 30)):
            self.pay(self.sold(price), day)
        scope = adapters.get_scope(self.studio, self.company)
        year = Period(JAN, date(2026, 12, 31))
        self.assertEqual(
            {
                day: str(sum_)
                for day, sum_ in adapters.read_revenue_daily(self.env, scope, year).items()
            },
            {JAN: "70.00", FEB: "30.00"},
        )
        self.assertEqual(
            adapters.read_first_sales(self.env, scope, [self.mia.id]), {self.mia.id: JAN}
        )
        [newest] = adapters.read_sales(self.env, scope, limit=1)
        self.assertEqual((newest.on, str(newest.amount)), (FEB, "30.00"))
