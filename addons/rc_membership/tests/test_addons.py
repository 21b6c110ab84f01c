from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_usage import MARCH_2, UsageCase, noon


@tagged("post_install", "-at_install")
class TestAddons(UsageCase):
    def setUp(self):
        super().setUp()
        self.addons = self.env["product.product"].search([("rc_entitlement_id", "!=", False)])
        self.addons.taxes_id = False
        self.invoice = self.an_invoice(self.mia, "companion-5h", MARCH_2, quantity=2)

    def grant(self):
        return self.env["rc.entitlement.grant"].search([("partner_id", "=", self.mia.id)])

    def test_a_product_gives_its_stock_when_it_is_paid_and_only_then(self):
        self.drain()
        self.assertFalse(self.grant())
        self.pay(self.invoice, MARCH_2)
        self.drain()
        self.assertRecordValues(
            self.grant(),
            [
                {
                    "partner_id": self.mia.id,
                    "amount": 10,
                    "starts_on": MARCH_2,
                    "expires_on": date(2027, 3, 2),
                    "list_price": 3.98,
                    "origin_model": "account.move.line",
                    "origin_id": self.invoice.invoice_line_ids.id,
                }
            ],
        )
        self.assertEqual(self.left("companion_hours"), 10)
        self.invoice._rc_follow_addons()
        self.assertEqual(self.left("companion_hours"), 10)

    def test_it_serves_on_top_of_the_tier_and_after_it(self):
        self.buy(self.mia, "ultimate-month", MARCH_2)
        self.pay(self.invoice, MARCH_2)
        self.drain()
        self.assertEqual(self.left("companion_hours"), 20)
        self.consume("companion_hours", 12)
        self.assertEqual((self.grant().used, self.left("companion_hours")), (2, 8))

    def test_a_credit_note_takes_the_unused_and_reports_the_used(self):
        self.pay(self.invoice, MARCH_2)
        self.drain()
        self.consume("companion_hours", 3)
        note = self.refund(self.invoice, date(2026, 3, 11))
        self.drain()
        self.assertRecordValues(self.grant(), [{"left": 0, "used": 3, "used_beyond": 3}])
        self.assertFalse(self.left("companion_hours", noon(3, 12)))
        self.assertIn("3 of Deep companion time were used", self.invoice.message_ids[0].body)
        self.drain()
        self.assertTrue(note)

    def test_a_part_credited_takes_whole_units_of_it(self):
        self.pay(self.invoice, MARCH_2)
        self.drain()
        self.refund(self.invoice, date(2026, 3, 11), amount=9.50)  # twice: 19.00 of 39.80
        self.drain()
        self.assertEqual(self.left("companion_hours", noon(3, 12)), 6)

    def test_money_that_goes_and_comes_again_takes_and_gives_again(self):
        payment = self.pay(self.invoice, MARCH_2)
        self.drain()
        payment.action_draft()
        payment.action_cancel()
        self.drain()
        self.assertEqual(self.left("companion_hours"), 0)
        self.pay(self.invoice, date(2026, 3, 5))
        self.drain()
        self.assertEqual(self.left("companion_hours"), 10)
        self.assertEqual(len(self.grant()), 1)

    def test_every_shipped_add_on_gives_its_right(self):
        given = {
            product.default_code: (product.rc_entitlement_id.code, product.rc_entitlement_amount)
            for product in self.addons
        }
        self.assertLessEqual(
            {
                "diary-pdf": ("diary_pdf", 1),
                "portrait-report-extra": ("portrait_report", 1),
                "companion-5h": ("companion_hours", 5),
                "self-reflection-card": ("self_reflection", 1),
            }.items(),
            given.items(),
        )

    def test_who_is_out_of_hours_is_told_which_pack_and_what_it_costs(self):
        answer = self.mia._rc_check("companion_hours", 1, noon(3, 10))
        pack = [unlock for unlock in answer["unlock"] if unlock["kind"] == "product"]
        self.assertEqual(
            [(p["item"], p["amount"], p["price"]) for p in pack],
            [("companion-5h", 5, Decimal("19.9"))],
        )

    def test_who_is_out_of_hours_is_told_how_many_points_buy_more_while_they_are_sold(self):
        def ways():
            answer = self.mia._rc_check("companion_hours", 1, noon(3, 10))
            found = [unlock for unlock in answer["unlock"] if unlock["kind"] == "points"]
            return [(u["item"], u["amount"], u["price"], u["text"]) for u in found]

        item = self.env.ref("rc_membership.mall_companion_5")
        words = f"{item.price} Points buy you: Five hours with your companion."
        self.assertEqual(ways(), [("companion-5", 5, item.price, words)])
        item.date_to = "2026-03-10"
        self.assertEqual(ways(), [])

    def test_a_feature_cannot_be_sold_by_the_piece(self):
        feature = self.env["rc.entitlement"]._get_by_code("portrait", self.company)
        with self.assertRaisesRegex(UserError, "is a feature"):
            self.addons[0].product_tmpl_id.rc_entitlement_id = feature
