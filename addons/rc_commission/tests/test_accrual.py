from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from ..adapters import read_sales
from .common import CommissionCase

PAID = date(2026, 1, 5)


@tagged("post_install", "-at_install")
class TestAccrual(CommissionCase):
    def test_a_paid_membership_accrues_for_seller_and_salesperson_and_is_held(self):
        buyer = self.bind(self.a_member(), self.studio)
        self.sell(buyer, user=self.sara)
        self.assertEqual(self.money_of(self.studio), {"held": "5.00", "accrued": "5.00"})
        self.assertEqual(self.money_of(self.sara.partner_id), {"held": "2.50", "accrued": "2.50"})
        self.assertEqual(
            self.money_of(self.studio, date(2026, 2, 3)), {"held": "5.00", "accrued": "5.00"}
        )
        self.assertEqual(
            self.money_of(self.studio, date(2026, 2, 4)), {"payable": "5.00", "accrued": "5.00"}
        )
        self.assertBalanced()

    def test_an_accrual_says_why_to_payee_and_accountant(self):
        buyer = self.bind(self.a_member(), self.studio)
        self.sell(buyer)
        award = self.awards_of(self.studio)
        self.assertEqual(
            award.explanation_text.split(":")[0],
            "Studio Test earns 20 % of $\xa025.00 net, because they sold it — first payment (Premium)",
        )
        self.assertEqual(award.explanation["basis"]["exact"], "25")

    def test_two_levels_of_promoters_earn_and_half_a_refund_takes_half_back(self):
        ann = self.a_payee("Ann", "promoter")
        bob = self.bind(self.a_payee("Bob", "promoter"), ann)
        cy = self.bind(self.a_member("Cy"), bob)
        invoice = self.sell(cy, "ultimate-month")
        self.assertEqual(self.money_of(bob)["held"], "5.00")
        self.assertEqual(self.money_of(ann)["held"], "2.50")
        self.give_back(invoice, 25)
        run = self.settle()
        self.assertEqual(self.money_of(bob, date(2026, 2, 15))["settled"], "2.50")
        self.assertEqual(self.money_of(ann, date(2026, 2, 15))["settled"], "1.25")
        self.assertEqual(
            {s.partner_id: s.bill_id.amount_total for s in run.settlement_ids},
            {bob: 2.5, ann: 1.25},
        )

    def test_staff_earn_by_tier_and_a_big_deal(self):
        for name, item in (
            ("U1", "premium-month"),
            ("U2", "ultimate-month"),
            ("Acme", "team-year"),
        ):
            self.sell(self.bind(self.a_member(name), self.sara.partner_id), item)
        self.assertEqual(self.money_of(self.sara.partner_id)["held"], "1510.00")
        first = self.settle()
        self.assertEqual(first.settlement_ids.bill_id.amount_total, 1510)
        self.assertFalse(self.settle().settlement_ids)
        self.assertEqual(
            self.money_of(self.sara.partner_id, date(2026, 2, 15)),
            {"settled": "1510.00", "accrued": "1510.00"},
        )

    def test_a_part_payment_accrues_its_part_and_the_rest_is_held_from_its_own_date(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer, amount=10)
        self.assertEqual(self.money_of(self.studio), {"held": "2.00", "accrued": "2.00"})
        self.pay(invoice, date(2026, 1, 20))
        self.drain()
        self.assertEqual(
            self.entries_of(self.studio),
            [
                ("accrual", "2.0", "2026-01-05", "2026-02-04"),
                ("accrual", "3.0", "2026-01-20", "2026-02-19"),
            ],
        )
        self.assertEqual(
            self.money_of(self.studio, date(2026, 2, 10)),
            {"payable": "2.00", "held": "3.00", "accrued": "5.00"},
        )

    def test_a_part_paid_first_membership_counts_as_first_and_not_as_other(self):
        bob = self.a_payee("Bob", "promoter")
        self.sell(self.bind(self.a_member(), bob), amount=10)
        self.assertEqual(self.awards_of(bob).explanation["kind"], "first")

    def test_a_renewal_accrues_again(self):
        buyer = self.bind(self.a_member(), self.studio)
        self.sell(buyer, user=self.sara)
        subscription = self.env["rc.subscription"].search([("partner_id", "=", buyer.id)])
        renewal = subscription._bill_next_period(subscription.period_end)
        self.pay(renewal, subscription.period_end)
        self.drain()
        self.assertEqual(
            self.awards_of(self.sara.partner_id).mapped(lambda a: (a.rule, a.amount)),
            [("own_sales", 2.5), ("renewal", 1.25)],
        )
        self.assertEqual(self.awards_of(self.studio).mapped("amount"), [5.0, 5.0])

    def test_the_same_event_delivered_again_accrues_once(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer)
        before = self.entries_of(self.studio)
        for number in range(2):
            self.env["rc.event"]._push(f"again:{number}", "payment_changed", invoice)
        self.drain()
        invoice._rc_accrue(datetime(2026, 6, 1))
        self.assertEqual(self.entries_of(self.studio), before)
        self.assertEqual(len(self.awards_of(self.studio)), 1)

    def test_a_payment_taken_back_reverses_and_paid_again_accrues_again(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer)
        invoice.line_ids.remove_move_reconcile()
        self.drain()
        self.assertEqual(self.money_of(self.studio), {})
        self.pay(invoice, date(2026, 1, 25))
        self.drain()
        self.assertEqual(self.money_of(self.studio), {"held": "5.00", "accrued": "5.00"})
        self.assertEqual(
            [entry[0] for entry in self.entries_of(self.studio)], ["accrual", "reversal", "accrual"]
        )
        self.assertBalanced()

    def test_a_cancelled_invoice_reverses_all(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer)
        invoice.button_cancel()
        self.drain()
        self.assertEqual(self.money_of(self.studio), {})

    def test_a_credit_note_on_an_unpaid_invoice_leaves_half_to_accrue(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer, amount=0)
        self.give_back(invoice, 12.5, repay=False)
        self.assertFalse(self.awards_of(self.studio))
        self.pay(invoice, date(2026, 1, 25))
        self.drain()
        self.assertEqual(self.money_of(self.studio), {"held": "2.50", "accrued": "2.50"})

    def test_a_full_refund_sums_to_exactly_zero_in_any_split(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer)
        for amount in (8.33, 8.33, 8.34):
            self.give_back(invoice, amount)
        self.assertEqual(self.money_of(self.studio), {})
        self.assertBalanced()

    def test_a_buyer_nobody_brought_pays_nobody_and_the_reasons_are_kept(self):
        self.only(self.plans["promoters"])
        invoice = self.sell(self.a_member())
        credit = self.env["rc.commission.credit"].search(
            [("move_line_id.move_id", "=", invoice.id)]
        )
        self.assertFalse(
            self.env["rc.commission.award"].search([("move_line_id.move_id", "=", invoice.id)])
        )
        self.assertEqual(
            {(skip["plan"], skip["rule"], skip["code"]) for skip in credit.skips},
            {
                ("promoters_test", "direct", "no_sponsor"),
                ("promoters_test", "second", "no_sponsor"),
                ("promoters_test", "renewal", "kind"),
            },
        )

    def test_payees_are_fixed_at_the_first_payment(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer, amount=10)
        self.studio.rc_participant_role = "member"
        self.pay(invoice, date(2026, 1, 20))
        self.drain()
        self.assertEqual(self.money_of(self.studio)["accrued"], "5.00")

    def test_what_a_buyer_had_not_paid_when_a_sponsor_came_is_not_the_sponsors(self):
        buyer = self.a_member()
        invoice = self.sell(buyer, amount=10)
        self.bind(buyer, self.studio, datetime(2026, 1, 10))
        self.pay(invoice, date(2026, 1, 20))
        self.drain()
        self.assertFalse(self.awards_of(self.studio))

    def test_a_discount_line_lowers_what_the_other_lines_are_worth(self):
        buyer = self.bind(self.a_member(), self.studio)
        order = self.an_order(buyer)
        discount = self.env["product.product"].create(
            {"name": "Coupon", "type": "service", "taxes_id": [Command.clear()]}
        )
        order.order_line = [
            Command.create({"product_id": discount.id, "product_uom_qty": 1, "price_unit": -5})
        ]
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = PAID
        invoice.action_post()
        self.pay(invoice, PAID)
        self.drain()
        self.assertEqual(self.money_of(self.studio), {"held": "4.00", "accrued": "4.00"})

    def test_the_seller_read_in_bulk_is_the_one_referral_names(self):
        buyer = self.bind(self.a_member(), self.studio)
        moves = self.sell(buyer) | self.sell(self.a_member("Nobody's"))
        subscription = self.env["rc.subscription"].search([("partner_id", "=", buyer.id)])
        moves |= subscription._bill_next_period(subscription.period_end)
        sales = read_sales(moves, dict.fromkeys(moves.ids, PAID), self.usd)
        for move in moves:
            winner = self.env["rc.attribution"]._get_for_invoice(move)
            self.assertEqual(sales[move.id].seller, winner.id or None)

    def test_a_hundred_invoices_cost_the_queries_of_one(self):
        buyer = self.bind(self.a_member(), self.studio)
        product = self.a_plan("premium-month")
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": buyer.id,
                    "invoice_date": PAID,
                    "invoice_line_ids": [
                        Command.create({"product_id": product.id, "quantity": 1, "price_unit": 25})
                    ],
                }
                for _number in range(31)
            ]
        )
        invoices.action_post()
        for invoice in invoices:
            self.pay(invoice, PAID)
        at = datetime(2026, 1, 5, 12)

        def queries(moves):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            moves._rc_accrue(at)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        one = queries(invoices[0])
        self.assertEqual(len(self.awards_of(self.studio)), 1)
        many = queries(invoices[1:])
        self.assertEqual(len(self.awards_of(self.studio)), 31)
        self.assertLessEqual(many, one + 5)
