"""Rewards follow the money, also where sponsor, month or bill have changed meanwhile."""

from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import NOW, ReferralCase


@tagged("post_install", "-at_install")
class TestRewardMoney(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["rc.reward.rule"]
        cls.rules.search([]).active = False
        cls.sponsor = cls.a_portal_user("money_sponsor").partner_id
        cls.other = cls.a_portal_user("money_other").partner_id

    def a_rule(self, **values):
        vals = {"name": "Test", "event": "first_payment", "sponsor_kind": "everyone", "points": 10}
        return self.rules.create({"program_id": self.program.id, **vals, **values})

    def a_friend(self):
        return self.a_sign_up("Money Friend", typed=self.sponsor._rc_get_main_code())

    def a_payment(self, friend):
        invoice = self.an_invoice(friend, on=NOW.date())
        self.pay(invoice, on=NOW.date())
        self.drain()
        return invoice

    def states(self, *partners):
        rewards = self.env["rc.reward"].search([], order="id")
        return [rewards.filtered(lambda r: r.partner_id == p).mapped("state") for p in partners]  # noqa: B023

    def test_a_corrected_sponsor_gets_later_payments_and_nothing_is_given_twice(self):
        self.a_rule(beneficiary="both")
        self.a_rule(event="renewal", points=5)
        friend = self.a_friend()
        invoice = self.a_payment(friend)
        people = (self.sponsor, friend, self.other)
        self.assertEqual(self.states(*people), [["given"], ["given"], []])
        self.env["rc.sponsor.change"]._correct_by_member(
            friend, friend.user_ids, self.other._rc_get_main_code().code, NOW + timedelta(days=1)
        )
        # the bank confirms what was in payment
        self.env["rc.event"]._push("reconciled", "payment_changed", invoice)
        self.drain()
        self.assertEqual(self.states(*people), [["given"], ["given"], []])
        plan = self.env["rc.subscription"]._get_running(friend, self.program)
        renewal = plan._bill_next_period(plan.period_end)
        self.pay(renewal, on=plan.period_end)
        self.drain()
        self.assertEqual(self.states(*people), [["given"], ["given"], ["given"]])
        self.refund(invoice)
        self.refund(renewal)
        self.drain()
        self.assertEqual(self.states(*people), [["taken_back"], ["taken_back"], ["taken_back"]])

    def test_a_coupon_that_was_used_is_not_given_a_second_time(self):
        campaign = self.env["utm.campaign"].create({"title": "Spring"})
        budget = self.env["rc.reward.budget"].create({"campaign_id": campaign.id, "amount": 9})
        program = self.env["loyalty.program"].create({"name": "C", "program_type": "coupons"})
        self.a_rule(
            kind="coupon", coupon_program_id=program.id, campaign_id=campaign.id, unit_cost=2
        )
        self.a_payment(self.a_friend())
        reward = self.env["rc.reward"].search([("partner_id", "=", self.sponsor.id)])
        card = reward.card_id
        card.points = 0
        for _round in range(2):
            reward._undo(NOW)
            self.assertEqual((reward.state, reward.why, budget.spent), ("taken_back", "used", 2))
            reward._redo(NOW)
            self.assertEqual((reward.state, reward.card_id, budget.spent), ("given", card, 2))
        self.assertEqual(program.coupon_count, 1)

    def test_days_given_again_are_never_more_than_the_reward_has(self):
        self.a_rule(kind="days", tier_id=self.a_plan("pro-month").rc_tier_id.id, days=30)
        self.a_payment(self.a_friend())
        reward = self.env["rc.reward"].search([("partner_id", "=", self.sponsor.id)])
        reward._undo(NOW + timedelta(days=20))
        reward._redo(NOW + timedelta(days=21))
        covers = self.env["rc.tier.cover"].search([("partner_id", "=", self.sponsor.id)])
        held = [((own.ended_on or own.end_on) - own.start_on).days for own in covers.sorted("id")]
        self.assertEqual(held, [20, 10])
        reward._undo(NOW + timedelta(days=60))
        self.assertEqual(reward.why, "used", "nothing is left of them")
        reward._redo(NOW + timedelta(days=61))
        self.assertEqual(len(covers.search([("partner_id", "=", self.sponsor.id)])), 2)

    def test_a_plan_for_nothing_is_no_payment(self):
        self.a_rule()
        self.a_rule(event="milestone", metric="paid", threshold=1)
        friend = self.a_friend()
        invoice = self.an_invoice(friend)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 0
        invoice.action_post()
        self.drain()
        plan = self.env["rc.subscription"]._get_running(friend, self.program)
        self.assertEqual((plan.state, invoice.payment_state), ("active", "paid"))
        self.assertEqual(self.states(self.sponsor), [[]])
        self.assertFalse(friend._rc_get_paying())

    def test_a_refund_of_the_next_month_takes_a_months_milestone_back(self):
        rule = self.a_rule(event="milestone", metric="paid", threshold=1, period="month")
        friend = self.a_friend()
        invoice = self.an_invoice(friend, on=date(2026, 3, 31))
        self.pay(invoice, on=date(2026, 3, 31))
        self.rules._apply_payment(invoice, datetime(2026, 3, 31, 12))
        self.assertEqual(self.states(self.sponsor), [["given"]])
        rule.active = False  # the campaign is over; what it gave stands on the payment all the same
        self.refund(invoice, on=date(2026, 4, 2))
        self.rules._apply_payment(invoice, datetime(2026, 4, 2, 12))
        self.assertEqual(self.states(self.sponsor), [["taken_back"]])

    def test_a_bill_that_was_never_paid_gives_its_coupon_back(self):
        program = self.env["loyalty.program"].create(
            {
                "name": "Off the renewal",
                "program_type": "coupons",
                "reward_ids": [
                    Command.clear(),
                    Command.create({"discount": 10, "required_points": 1}),
                ],
            }
        )
        self.a_rule(
            event="sign_up", kind="coupon", coupon_program_id=program.id, coupon_use="renewal"
        )
        self.buy(self.sponsor)
        self.a_friend()
        plan = self.env["rc.subscription"]._get_running(self.sponsor, self.program)
        bill = plan._bill_next_period(plan.period_end)
        self.assertEqual(bill.invoice_line_ids.discount, 10)
        self.assertFalse(plan._rc_get_renewal_coupon())
        plan._move("expired", date(2026, 3, 9))
        self.assertEqual(bill.payment_state, "reversed")
        self.assertEqual(plan._rc_get_renewal_coupon().card_id.points, 1)

    def test_a_published_set_gets_no_further_piece(self):
        pieces = [Command.create({"name": name}) for name in ("A", "B")]
        record = self.env["rc.piece.set"].create({"name": "Soul", "points": 5, "piece_ids": pieces})
        record.action_publish()
        with self.assertRaises(UserError):
            record.piece_ids.create({"name": "C", "set_id": record.id})
