from datetime import date

from odoo.tests import new_test_user, tagged

from .common import ReferralCase


@tagged("post_install", "-at_install")
class TestRewards(ReferralCase):
    def setUp(self):
        super().setUp()
        self.sponsor = self.a_portal_user("reward_sponsor").partner_id

    def points(self, partner=None):
        self.env.invalidate_all()
        return self.an_account(partner or self.sponsor).available

    def a_friend(self, name="Friend Test"):
        return self.a_sign_up(name, typed=self.sponsor._rc_get_main_code())

    def test_a_member_earns_for_sign_up_first_payment_and_renewal(self):
        friend = self.a_friend()
        self.assertEqual(self.points(), 10)
        self.pay(self.an_invoice(friend))
        self.drain()
        self.assertEqual(self.points(), 110)
        subscription = self.env["rc.subscription"]._get_running(friend, self.program)
        renewal = subscription._bill_next_period(subscription.period_end)
        self.pay(renewal, on=date(2026, 2, 28))
        self.drain()
        self.assertEqual(self.points(), 160)

    def test_events_delivered_again_pay_nothing_again(self):
        friend = self.a_friend()
        invoice = self.an_invoice(friend)
        self.pay(invoice)
        self.drain()
        for number in range(3):
            self.env["rc.event"]._push(f"again:{number}", "payment_changed", invoice)
            self.env["rc.event"]._push(f"again:{number}", "signed_up", friend)
        self.drain()
        self.assertEqual(self.points(), 110)

    def test_a_full_refund_takes_the_first_payments_points_back_once(self):
        friend = self.a_friend()
        invoice = self.an_invoice(friend)
        self.pay(invoice)
        self.drain()
        self.refund(invoice)
        self.drain()
        self.assertEqual(self.points(), 10)
        self.pay(self.an_invoice(friend, on=date(2026, 3, 1)), on=date(2026, 3, 1))
        self.drain()
        self.assertEqual(self.points(), 60, "a returning member renews, it is no first payment")

    def test_a_part_refund_takes_nothing_back(self):
        friend = self.a_friend()
        invoice = self.an_invoice(friend)
        self.pay(invoice)
        self.drain()
        self.refund(invoice, amount=1)
        self.drain()
        self.assertEqual(self.points(), 110)

    def test_a_changed_or_replaced_rule_does_not_pay_twice(self):
        friend = self.a_friend()
        rule = self.env.ref("rc_referral.rc_reward_rule_member_sign_up")
        rule.copy({"points": 500, "active": False})
        rule.active = False
        self.env["rc.reward.rule"].search(
            [("points", "=", 500), ("active", "=", False)]
        ).active = True
        self.env["rc.event"]._push("again", "signed_up", friend)
        self.drain()
        self.assertEqual(self.points(), 10)

    def test_staff_and_partners_earn_no_points(self):
        partner_user = new_test_user(
            self.env, "reward_partner", groups="base.group_portal,rc_membership.group_partner"
        )
        for number, owner in enumerate((self.sara.partner_id, partner_user.partner_id)):
            self.a_sign_up(f"Of Staff {number}", typed=owner._rc_get_main_code())
            self.assertEqual(self.points(owner), 0)

    def test_a_rule_for_the_new_member_pays_the_new_member(self):
        self.env["rc.reward.rule"].create(
            {
                "name": "Welcome",
                "event": "sign_up",
                "sponsor_kind": "member",
                "beneficiary": "referee",
                "points": 25,
                "program_id": self.program.id,
            }
        )
        friend = self.a_friend()
        self.assertEqual((self.points(friend), self.points()), (25, 10))

    def test_a_paying_sponsor_has_rules_of_its_own(self):
        self.env.ref("rc_referral.rc_reward_rule_paying_sign_up").points = 15
        self.pay(self.an_invoice(self.sponsor))
        self.drain()
        before = self.points()
        self.a_friend()
        self.assertEqual(self.points() - before, 15)
