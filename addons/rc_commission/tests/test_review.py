"""Limits that wait for a person, reserves that wait for a task, and what refunds take back."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CommissionCase

RULE = "pay: {to: seller}, rate: 40%"
OVER = "{levels: 2, per_sale: 10%, on_limit: review}"
PAID = date(2026, 1, 5)
RESERVE = """
plan: saver
name: Saver
currency: USD
hold_days: 30
reserve: {share: 20%, until: [{metric: direct_paid, at_least: 2}]}
rules:
  - {id: direct, on: payment, pay: {to: sponsor, level: 1}, rate: 10%}
"""


@tagged("post_install", "-at_install")
class TestReview(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "rev_boss", groups="base.group_user,rc_membership.group_program_manager"
        )
        cls.buyer = cls.bind(cls.a_member(), cls.studio)

    # ------------------------------------------------------------------
    # Review
    # ------------------------------------------------------------------

    def an_award_in_review(self):
        self.only(self.a_simple_plan(RULE, limits=OVER))
        self.invoice = self.sell(self.buyer)
        return self.awards_of(self.studio).with_user(self.manager)

    def test_what_is_over_the_limit_is_held_whatever_the_day(self):
        award = self.an_award_in_review()
        self.assertEqual((award.review_state, award.state), ("open", "held"))
        late = date(2027, 1, 1)
        self.assertEqual(self.money_of(self.studio, late), {"held": "10.00", "accrued": "10.00"})
        self.assertNotIn(self.studio, self.settle(late).settlement_ids.partner_id)
        found = self.env["rc.commission.award"].search([("review_state", "=", "open")])
        self.assertIn(award, found)

    def test_approved_it_is_payable_as_if_it_had_never_waited(self):
        award = self.an_award_in_review()
        award.action_approve()
        self.assertEqual(award.review_state, "approved")
        self.assertEqual(self.money_of(self.studio, date(2026, 2, 3))["held"], "10.00")
        self.assertEqual(self.money_of(self.studio, date(2026, 2, 4))["payable"], "10.00")
        self.give_back(self.invoice, 12.5)
        self.assertEqual(self.money_of(self.studio), {"held": "5.00", "accrued": "5.00"})
        self.assertBalanced()

    def test_rejected_it_is_reversed_and_stays_so(self):
        award = self.an_award_in_review()
        award.action_reject()
        self.assertEqual(self.money_of(self.studio), {})
        self.env["rc.event"]._push("again", "payment_changed", self.invoice)
        self.drain()
        self.assertEqual(self.money_of(self.studio), {})
        with self.assertRaises(UserError):
            award.action_approve()
        self.assertBalanced()

    def test_a_refund_lowers_what_waits(self):
        award = self.an_award_in_review()
        self.give_back(self.invoice, 12.5)
        award.action_approve()
        self.assertEqual(self.money_of(self.studio), {"held": "5.00", "accrued": "5.00"})
        self.assertBalanced()

    def test_only_program_managers_decide(self):
        award = self.an_award_in_review()
        for act in ("action_approve", "action_reject"):
            with self.assertRaises(AccessError):
                getattr(award.with_user(self.sara), act)()
        self.assertEqual(award.review_state, "open")

    # ------------------------------------------------------------------
    # Reserve
    # ------------------------------------------------------------------

    def test_a_fifth_waits_until_the_task_is_done_and_is_payable_that_day(self):
        self.only(self.a_plan_in_force(RESERVE))
        first = self.sell(self.buyer)
        self.assertEqual(
            self.money_of(self.studio), {"held": "2.00", "reserve": "0.50", "accrued": "2.50"}
        )
        self.assertEqual(self.awards_of(self.studio).reserve, 0.5)
        other = self.bind(self.a_member("Second"), self.studio)
        self.sell(other, on=date(2026, 1, 10))
        self.assertEqual(
            self.money_of(self.studio, date(2026, 1, 10)),
            {"payable": "1.00", "held": "4.00", "accrued": "5.00"},
        )
        third = self.bind(self.a_member("Third"), self.studio)
        self.sell(third, on=date(2026, 1, 11))
        self.assertEqual(self.money_of(self.studio)["accrued"], "7.50")
        self.assertNotIn("reserve", self.money_of(self.studio))
        self.give_back(first)
        self.assertEqual(self.money_of(self.studio)["accrued"], "5.00")
        self.assertBalanced()

    def test_a_refund_takes_the_reserves_part_from_the_reserve(self):
        self.only(self.a_plan_in_force(RESERVE))
        invoice = self.sell(self.buyer)
        self.settle(date(2026, 2, 15))
        self.give_back(invoice, on=date(2026, 2, 20))
        self.assertEqual(
            self.money_of(self.studio, date(2026, 2, 20)), {"settled": "2.00", "debt": "2.00"}
        )
        self.assertBalanced()

    # ------------------------------------------------------------------
    # Clawback
    # ------------------------------------------------------------------

    def refund_under(self, clawback, amount):
        self.only(self.a_simple_plan(RULE, code=clawback, clawback=clawback))
        self.give_back(self.sell(self.buyer), amount)
        return self.money_of(self.studio).get("accrued", "0.00")

    def test_a_refund_takes_back_its_part_all_or_nothing(self):
        for clawback, left in (("proportional", "6.00"), ("full", "0.00"), ("none", "10.00")):
            with self.subTest(clawback=clawback):
                self.studio = self.a_payee(f"Studio {clawback}", "partner")
                self.buyer = self.bind(self.a_member(clawback), self.studio)
                self.assertEqual(self.refund_under(clawback, 10), left)
        self.assertBalanced()

    # ------------------------------------------------------------------
    # Per payee and day
    # ------------------------------------------------------------------

    def test_the_limit_of_a_day_counts_over_payments_and_reversals_give_no_room_back(self):
        limits = '{levels: 2, per_payee_day: "15.00"}'
        self.only(self.a_simple_plan(RULE, limits=limits))
        first = self.sell(self.buyer)
        self.give_back(first, on=PAID)
        for name in ("B", "C"):
            self.sell(self.bind(self.a_member(name), self.studio))
        self.assertEqual(self.awards_of(self.studio).mapped("amount"), [10.0, 5.0])
        self.sell(self.bind(self.a_member("D"), self.studio), on=date(2026, 1, 6))
        self.assertEqual(self.awards_of(self.studio).mapped("amount"), [10.0, 5.0, 10.0])

    def test_a_budget_is_spent_once(self):
        rule = RULE + ', budget: {amount: "15.00", period: month}'
        self.only(self.a_simple_plan(rule))
        for number in range(3):
            self.sell(self.bind(self.a_member(f"M{number}"), self.studio))
        self.assertEqual(self.awards_of(self.studio).mapped("amount"), [10.0, 5.0])
        self.sell(self.bind(self.a_member("Feb"), self.studio), on=date(2026, 2, 2))
        self.assertEqual(sum(self.awards_of(self.studio).mapped("amount")), 25.0)
