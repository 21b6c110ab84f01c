"""Coupons and membership days that plans give."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CommissionCase

RULE = "pay: {to: seller}, rate: 2, give: coupon"


@tagged("post_install", "-at_install")
class TestGifts(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coupons = cls.env["loyalty.program"].create(
            {
                "name": "Ten off",
                "program_type": "coupons",
                "trigger": "with_code",
                "reward_ids": [(0, 0, {"discount": 10, "discount_mode": "percent"})],
            }
        )

    def a_coupon_plan(self):
        text = f"""
plan: coupons
name: Coupons
currency: USD
hold_days: 0
rules:
  - {{id: only, on: payment, {RULE}}}
"""
        plan = self.env["rc.commission.plan"]._import_text(text, self.env.company)
        plan.coupon_program_id = self.coupons
        plan.version_ids._publish(date(2026, 1, 1))
        return self.only(plan)

    def gifts(self):
        rewards = self.env["rc.reward"].search([("award_id", "!=", False)], order="id")
        return [(r.kind, r.state, r.card_id.points) for r in rewards if r.title == "Coupons"]

    def test_a_plan_that_does_not_say_which_coupons_is_not_put_in_force(self):
        with self.assertRaisesRegex(UserError, "Choose on the plan which coupons"):
            self.a_simple_plan(RULE)

    def test_coupons_are_given_for_money_and_taken_back_with_it(self):
        self.a_coupon_plan()
        invoice = self.sell(self.bind(self.a_member(), self.studio))
        self.assertEqual(self.gifts(), [("coupon", "given", 1), ("coupon", "given", 1)])
        award = self.awards_of(self.studio)
        self.assertEqual((award.give, award.state, award.accrued), ("coupon", "paid", 2))
        self.env["rc.commission.engine"]._accrue(invoice, invoice.create_date)
        self.assertEqual(len(self.gifts()), 2)
        self.give_back(invoice)
        self.assertEqual(self.gifts(), [("coupon", "taken_back", 0)] * 2)
        award.invalidate_recordset()
        self.assertEqual((award.state, award.accrued), ("reversed", 0))

    def test_a_gift_that_was_refused_is_not_held_nor_owed(self):
        self.a_coupon_plan()
        self.sell(self.bind(self.a_member(), self.studio))
        award = self.awards_of(self.studio)
        rewards = self.env["rc.reward"].search([("award_id", "=", award.id)])
        rewards.action_take_back()
        award.invalidate_recordset()
        self.assertEqual(rewards.mapped("state"), ["refused"] * 2)
        self.assertEqual((award.accrued, award.held), (0, 0))

    def test_days_are_of_the_lowest_paid_tier_unless_the_plan_says_which(self):
        plan = self.a_simple_plan("pay: {to: seller}, rate: 2, give: days")
        lowest = plan._get_gift_values("days", 2)
        self.assertEqual((lowest["kind"], lowest["days"]), ("days", 2))
        plan.days_tier_id = self.a_plan("ultimate-month").rc_tier_id
        self.assertNotEqual(plan._get_gift_values("days", 2)["tier_id"], lowest["tier_id"])
