from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestPoints(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_member()
        cls.account = cls.an_account(cls.member)

    def balances(self):
        return {name: int(v) for name, v in self.account._get_balances()[self.account.id].items()}

    def test_a_paid_invoice_earns_a_point_for_each_unit_of_net_money(self):
        self.buy(self.member, "premium-month")
        entry = self.env["rc.point.entry"].search([("credit_account_id", "=", self.account.id)])
        self.assertRecordValues(
            entry,
            [
                {
                    "amount": 25,
                    "kind": "earn",
                    "origin_model": "account.move",
                    "rule_id": self.env.ref("rc_membership.point_rule_shop").id,
                }
            ],
        )

    def test_points_are_earned_on_the_day_of_the_payment_where_the_company_is(self):
        for zone in ("Pacific/Auckland", "Pacific/Honolulu"):
            self.company.partner_id.tz = zone
            self.buy(self.member, on=date(2026, 1, 31))
        entries = self.env["rc.point.entry"].search(
            [("credit_account_id", "=", self.account.id)], order="id"
        )
        self.assertEqual(
            [str(entry.occurred_at) for entry in entries],
            ["2026-01-30 23:00:00", "2026-01-31 22:00:00"],
        )

    def test_a_part_payment_earns_its_part(self):
        invoice = self.an_invoice(self.member)
        self.pay(invoice, amount=10)
        self.drain()
        self.assertEqual(self.balances()["available"], 10)
        self.pay(invoice)
        self.drain()
        self.assertEqual(self.balances()["available"], 25)

    def test_an_event_delivered_twice_earns_once(self):
        invoice = self.buy(self.member)
        self.env["rc.point.rule"]._apply_to_invoices(invoice)
        self.env["rc.event"].search([]).write({"state": "todo"})
        self.drain()
        self.assertEqual(self.balances()["available"], 25)

    def test_a_refund_takes_points_back_in_proportion(self):
        invoice = self.buy(self.member)
        self.refund(invoice, amount=10)
        self.drain()
        self.assertEqual(self.balances()["available"], 15)

    def test_money_returned_of_a_part_payment_is_not_received(self):
        invoice = self.an_invoice(self.member)
        self.pay(invoice, amount=20)
        note = self.refund(invoice, amount=5)
        self.drain()
        self.assertEqual(self.balances()["available"], 20, "20 came, 20 are owed")
        note.line_ids.remove_move_reconcile()  # the accountant gives it back in money instead
        self.pay(note)
        self.drain()
        self.assertEqual(self.balances()["available"], 15, "5 of them went back")

    def test_a_payment_in_draft_counts_until_it_is_changed_as_for_odoo_itself(self):
        invoice = self.an_invoice(self.member)
        payment = self.pay(invoice)
        self.drain()
        payment.action_draft()
        self.env["rc.point.rule"]._apply_to_invoices(invoice)
        self.assertEqual((invoice.payment_state, self.balances()["available"]), ("paid", 25))
        payment.amount = 10  # Odoo breaks the reconciliation, which is the event
        self.drain()
        self.assertEqual((invoice.payment_state, self.balances()["available"]), ("not_paid", 0))
        payment.action_post()
        lines = (payment.move_id | invoice).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.drain()
        self.assertEqual((invoice.payment_state, self.balances()["available"]), ("partial", 10))

    def test_a_payment_deleted_in_draft_takes_all_back(self):
        invoice = self.an_invoice(self.member)
        payment = self.pay(invoice)
        self.drain()
        payment.action_draft()
        payment.unlink()
        self.drain()
        self.assertEqual((invoice.payment_state, self.balances()["available"]), ("not_paid", 0))

    def test_a_bounced_payment_takes_all_back(self):
        invoice = self.an_invoice(self.member)
        payment = self.pay(invoice)
        self.drain()
        payment.action_cancel()
        self.drain()
        self.assertEqual(
            self.balances(), {"available": 0, "pending": 0, "locked": 0, "held": 0, "debt": 0}
        )

    def test_a_cancelled_invoice_takes_all_back(self):
        invoice = self.buy(self.member)
        invoice.line_ids.remove_move_reconcile()
        invoice.button_draft()
        invoice.button_cancel()
        self.drain()
        self.assertEqual(
            self.balances(), {"available": 0, "pending": 0, "locked": 0, "held": 0, "debt": 0}
        )

    def test_an_archived_rule_still_takes_back_what_it_gave(self):
        invoice = self.buy(self.member)
        self.env.ref("rc_membership.point_rule_shop").active = False
        self.refund(invoice, amount=10)
        self.drain()
        self.assertEqual(self.balances()["available"], 15)

    def test_a_new_rule_gives_nothing_for_invoices_another_rule_gave_for(self):
        invoice = self.buy(self.member)
        rule = self.env.ref("rc_membership.point_rule_shop")
        rule.active = False
        self.env["rc.point.rule"].create(
            {
                "name": "Double",
                "code": "double",
                "program_id": self.program.id,
                "points_per_unit": 2,
            }
        )
        self.refund(invoice, amount=10)
        self.drain()
        self.assertEqual(self.balances()["available"], 15)
        self.buy(self.member, on=date(2026, 3, 2))
        self.assertEqual(self.balances()["available"], 15 + 50)

    def test_what_a_used_rule_gives_is_fixed(self):
        rule = self.env.ref("rc_membership.point_rule_shop")
        unused = rule.copy({"code": "unused"})
        unused.points_per_unit = 3
        self.buy(self.member)
        rule.write({"name": "Shopping", "points_per_unit": 1})  # says the same again
        with self.assertRaisesRegex(UserError, "Archive it and make a new one"):
            rule.points_per_unit = 2
        self.assertEqual(rule.points_per_unit, 1)

    def test_points_spent_before_a_refund_become_debt_that_blocks_and_is_cleared_first(self):
        invoice = self.buy(self.member)
        self.account._spend(20, "spend", "Tea")
        self.refund(invoice)
        self.drain()
        self.assertEqual(
            self.balances(), {"available": 0, "pending": 0, "locked": 0, "held": 0, "debt": 20}
        )
        with self.assertRaisesRegex(UserError, "debt"):
            self.account._spend(1, "again", "Tea")
        self.account._grant(50, "gift", "Gift")
        self.assertEqual(
            self.balances(), {"available": 30, "pending": 0, "locked": 0, "held": 0, "debt": 0}
        )

    def test_spending_more_than_there_is_says_how_much_there_is(self):
        self.account._grant(30, "gift", "Gift")
        with self.assertRaisesRegex(UserError, "Only 30 points are available, 31 are needed"):
            self.account._spend(31, "spend", "Tea")
        self.assertEqual(self.balances()["available"], 30)
        self.assertFalse(self.env["rc.point.entry"].search([("key", "=", "spend")]))

    def test_spending_twice_with_one_key_spends_once(self):
        self.account._grant(30, "gift", "Gift")
        first = self.account._spend(10, "spend", "Tea")
        self.assertEqual(self.account._spend(10, "spend", "Tea"), first)
        self.assertEqual(self.balances()["available"], 20)

    def test_an_invoice_in_another_currency_earns_by_no_rule_of_this_one(self):
        other = self.env.ref("base.EUR")
        other.active = True
        fresh = self.an_invoice(self.member)
        earned = self.buy(self.member, on=date(2026, 2, 1))
        earned.line_ids.remove_move_reconcile()
        for invoice in (fresh, earned):
            invoice.button_draft()
            invoice.currency_id = other
            invoice.action_post()
            self.pay(invoice)
        self.drain()
        self.assertEqual(self.balances()["available"], 0)
