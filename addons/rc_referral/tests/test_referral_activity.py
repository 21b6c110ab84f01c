from datetime import date, datetime

from odoo.tests import tagged

from .common import ReferralCase

AT = datetime(2026, 3, 4, 12)


@tagged("post_install", "-at_install")
class TestReferralActivity(ReferralCase):
    """What referrals do is told as activities; the reward table comes before earning rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sponsor = cls.a_portal_user("told_sponsor").partner_id
        cls.rules = cls.env["rc.reward.rule"].with_context(active_test=False)
        cls.rules.search([]).active = False
        cls.points_rules = cls.env.ref("rc_membership.point_rule_referral") | cls.env.ref(
            "rc_membership.point_rule_referral_action"
        )
        cls.friend = cls.a_sign_up("Told Friend", typed=cls.sponsor._rc_get_main_code())

    def told(self, partner=None):
        activities = self.env["rc.activity"].search(
            [("partner_id", "=", (partner or self.sponsor).id)], order="id"
        )
        return [(activity.kind, activity.origin_id) for activity in activities]

    def points(self):
        self.env.invalidate_all()
        return self.an_account(self.sponsor).available

    def pay_first(self):
        invoice = self.an_invoice(self.friend)
        self.pay(invoice)
        self.drain()
        self.drain()  # what was told while draining
        return invoice

    def do(self, partner, kind="conversation", key="told", at=AT):
        self.env["rc.activity"]._record(partner, kind, 1, f"{key}:{partner.id}", at)
        self.drain()

    def test_the_shipped_earning_rules_of_inviting_are_off_beside_the_reward_table(self):
        self.assertEqual(self.points_rules.mapped("active"), [False, False])

    def test_a_first_payment_is_told_once_and_a_renewal_as_a_step(self):
        invoice = self.pay_first()
        self.env["rc.event"]._push("again", "payment_changed", invoice)
        self.drain()
        self.assertEqual(self.told(), [("referral", self.friend.id)])
        running = self.env["rc.subscription"]._get_running(self.friend, self.program)
        renewal = running._bill_next_period(running.period_end)
        self.pay(renewal, on=date(2026, 2, 28))
        self.drain()
        self.assertEqual(
            self.told(), [("referral", self.friend.id), ("referral_action", self.friend.id)]
        )
        self.assertEqual(self.points(), 0, "no rule is on")

    def test_where_the_table_gives_points_the_earning_rule_gives_none(self):
        self.points_rules.active = True
        self.env.ref("rc_referral.rc_reward_rule_member_first_payment").active = True
        self.pay_first()
        self.assertEqual(self.points(), 100)

    def test_a_refund_takes_back_what_the_step_earned_and_paying_again_gives_it_again(self):
        self.points_rules.active = True
        invoice = self.pay_first()
        self.assertEqual(self.points(), 20, "twice 10 for Premium")
        self.refund(invoice)
        self.drain()
        self.assertEqual(self.points(), 0)
        told = self.env["rc.activity"].search([("partner_id", "=", self.sponsor.id)])
        for _again in range(2):
            self.env["rc.point.rule"]._follow_step(told, True, AT)
        self.assertEqual(self.points(), 20)

    def test_a_referral_that_is_not_rewardable_is_not_told(self):
        for answer in (False, None):
            self.patch(self.env.registry["rc.sponsor.edge"], "_is_rewardable", lambda _e: answer)  # noqa: B023
            self.pay_first()
            self.do(self.sponsor, key=f"own{answer}")
            self.do(self.friend, key=f"own{answer}")
        self.assertEqual({kind for kind, _origin in self.told()}, {"conversation"})

    def test_two_sides_active_on_a_day_are_told_once_to_the_sponsor(self):
        self.do(self.friend)
        self.assertEqual(self.told(), [])
        self.do(self.sponsor)
        self.do(self.friend, key="later")
        together = ("together", self.friend.id)
        self.assertEqual(self.told(), [("conversation", 0), together])
        self.do(self.sponsor, key="next", at=datetime(2026, 3, 5, 12))
        self.assertEqual(self.told().count(together), 1)
        self.assertEqual(self.told(self.friend), [("conversation", 0)] * 2)

    def test_what_others_did_counts_for_nobody_above(self):
        grand = self.a_portal_user("told_grand").partner_id
        edges = self.env["rc.sponsor.edge"]
        edges.create(
            {
                "member_id": self.sponsor.id,
                "sponsor_id": grand.id,
                "bound_at": AT,
                "company_id": self.env.company.id,
            }
        )
        self.pay_first()
        rule = self.rules.search([("code", "=", "referred_activity")])
        self.assertEqual(rule._get_figure(grand, AT)[0], 0)
        self.do(self.sponsor)
        self.assertEqual(rule._get_figure(grand, AT)[0], 1)
