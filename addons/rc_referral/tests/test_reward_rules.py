from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.rc_membership.exceptions import Refusal

from .common import ReferralCase

NOW = datetime(2026, 3, 1, 12)
# rows of the shipped table: code → is it on
SHIPPED = {
    "member_sign_up": True,
    "member_first_payment": True,
    "member_renewal": True,
    "paying_sign_up": True,
    "paying_first_payment": True,
    "paying_renewal": True,
    "member_3_sign_ups": True,
    "ambassador": True,
    "paying_renewal_coupon": True,
    "promoter_sign_up": True,
    "promoter_10_sign_ups": True,
    "promoter_ultimate": True,
    "promoter_50_sign_ups": True,
    "team_50": True,
    "sign_up_streak": True,
    "paid_choice": False,
    "welcome_choice": False,
    "give_10_get_10": False,
    "referee_days": False,
    "shopping_referee": False,
    "shopping_points": False,
    "venue_first": False,
    "venue_voucher": False,
    "milestone_5": False,
    "milestone_10": False,
    "milestone_3_cash": False,
    "milestone_10_tier": False,
    "clicks_1000": False,
    "referred_activity": False,
    "card_pro_day": False,
    "card_premium_week": False,
    "card_rainbow": False,
    "promoter_renewal": False,
    "venue_percent": False,
    "venue_renewal": False,
    "shopping_cash": False,
}


@tagged("post_install", "-at_install")
class TestRewardRules(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["rc.reward.rule"].with_context(active_test=False)
        cls.sponsor = cls.a_portal_user("rules_sponsor").partner_id
        cls.rules.search([]).active = False

    def a_rule(self, **values):
        vals = {"name": "Test", "event": "sign_up", "sponsor_kind": "everyone", "points": 10}
        return self.rules.create({"program_id": self.program.id, **vals, **values})

    def a_friend(self, name="Rule Friend"):
        return self.a_sign_up(name, typed=self.sponsor._rc_get_main_code())

    def rewards(self, partner=None):
        return self.env["rc.reward"].search([("partner_id", "=", (partner or self.sponsor).id)])

    def tier_of(self, partner):
        subscriptions = self.env["rc.subscription"]
        return subscriptions._get_tiers(partner, self.program, NOW.date())[partner.id]

    def test_every_row_of_the_table_is_shipped_with_what_switches_it_on(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "rc_referral"), ("model", "=", "rc.reward.rule")]
        )
        rules = self.rules.browse(data.mapped("res_id"))
        self.assertEqual(set(rules.mapped("code")), set(SHIPPED))
        for rule in rules:
            self.assertTrue(rule.gift_text, rule.code)
            self.assertEqual(bool(rule.note), not SHIPPED[rule.code], rule.code)
        rules.filtered(lambda r: SHIPPED[r.code]).active = True  # no two of them have one key

    def test_a_cap_of_the_day_is_raised_by_the_rank_on_the_referral_ladder(self):
        self.a_rule(cap_day=2)
        for number in range(3):
            self.a_friend(f"Cap {number}")
        states = self.rewards().sorted("id").mapped("state")
        self.assertEqual(states, ["given", "given", "refused"])
        self.assertIn("limit", self.rewards().sorted("id")[-1].sentence)
        self.env["rc.ladder"]._find("referral", self.program)._grant(
            self.sponsor, "gold", "test", "rank:test", date(2026, 3, 1)
        )
        for number in range(3):
            self.a_friend(f"Gold {number}")
        states = self.rewards().sorted("id").mapped("state")
        self.assertEqual(states[3:], ["given", "given", "refused"], "200 % of two are four")

    def test_a_marketing_reward_is_off_where_the_profile_forbids_it(self):
        self.a_rule()
        self.company.rc_market_profile = "cn"
        friend = self.a_friend()
        self.assertEqual((self.rewards().state, self.rewards().why), ("refused", "profile"))
        self.company.rc_market_profile = "neutral"
        self.env["rc.event"]._push("again", "signed_up", friend)
        self.drain()
        self.assertEqual(self.rewards().state, "refused", "what was refused stays so")

    def test_a_used_up_budget_holds_and_says_so_and_more_of_it_gives(self):
        campaign = self.env["utm.campaign"].create({"title": "Spring"})
        budget = self.env["rc.reward.budget"].create({"campaign_id": campaign.id, "amount": 3})
        self.a_rule(campaign_id=campaign.id, unit_cost=2)
        self.a_friend("Budget One")
        self.a_friend("Budget Two")
        first, second = self.rewards().sorted("id")
        self.assertEqual((first.state, second.state, second.why), ("given", "held", "budget"))
        self.assertEqual((budget.spent, budget.held_count), (2, 1))
        self.assertEqual(len(budget.activity_ids), 1)
        self.assertIn("budget", second.sentence)
        budget.amount = 4
        second._review(NOW)
        self.assertEqual((second.state, budget.left), ("given", 0))
        first._undo(NOW)
        self.assertEqual((budget.spent, first.state), (2, "taken_back"))
        with self.assertRaises(AccessError):
            manager = new_test_user(
                self.env, "rules_pm", groups="base.group_user,rc_membership.group_program_manager"
            )
            budget.with_user(manager).spent = 0

    def test_a_screened_referral_waits_or_gets_nothing(self):
        self.a_rule()
        answers = iter([None, False])
        edges = type(self.env["rc.sponsor.edge"])
        self.patch(edges, "_is_rewardable", lambda _edge: next(answers))
        self.a_friend()
        self.assertEqual((self.rewards().state, self.rewards().why), ("held", "screening"))
        self.rewards()._review(NOW)
        self.assertEqual(self.rewards().state, "refused")

    def test_a_choice_is_made_once_by_its_owner(self):
        tier = self.env.ref("rc_membership.tier_premium")
        self.a_rule(
            is_choice=True,
            option_ids=[
                (0, 0, {"kind": "points", "points": 7}),
                (0, 0, {"kind": "days", "tier_id": tier.id, "days": 30}),
            ],
        )
        friend = self.a_friend()
        reward = self.rewards()
        self.assertEqual((reward.state, reward.kind), ("choice", False))
        points = reward.rule_id.option_ids[0]
        with self.assertRaises(Refusal):
            reward._choose(friend, points, NOW)
        reward._choose(self.sponsor, points, NOW)
        self.assertEqual((reward.state, reward.gift_text), ("given", "7 Points"))
        with self.assertRaises(Refusal):
            reward._choose(self.sponsor, points, NOW)

    def test_days_rights_and_badges_are_given_and_taken_back(self):
        tier = self.env.ref("rc_membership.tier_premium")
        chat = self.env["rc.entitlement"].search([("kind", "=", "quota")], limit=1)
        badge = self.env.ref("rc_referral.badge_ambassador")
        self.a_rule(kind="days", tier_id=tier.id, days=30)
        self.a_rule(kind="badge", badge_id=badge.id)
        self.a_rule(kind="right", entitlement_id=chat.id, count=3, valid_days=7)
        self.a_friend()
        self.assertEqual(
            set(self.rewards().mapped("state")), {"given"}, self.rewards().mapped("why")
        )
        self.assertEqual(self.tier_of(self.sponsor), tier)
        self.rewards()._undo(NOW)
        self.assertNotEqual(self.tier_of(self.sponsor), tier)
        self.assertFalse(self.env["gamification.badge.user"].search([("badge_id", "=", badge.id)]))

    def test_a_privilege_card_is_a_code_that_is_void_again_unless_somebody_took_it(self):
        kind = self.env.ref("rc_membership.card_type_premium_7")
        other = self.env.ref("rc_membership.card_type_ultimate_7")
        self.a_rule(kind="card", card_type_id=kind.id)
        self.a_rule(kind="card", card_type_id=other.id, part="rainbow")
        friend = self.a_friend()
        cards = self.env["rc.card"].search([("giver_id", "=", self.sponsor.id)])
        self.assertEqual(cards.type_id, kind | other)
        own = cards.filtered(lambda card: card.type_id == kind)
        own._take(self.sponsor, NOW)
        self.assertEqual(self.tier_of(self.sponsor), kind.tier_id)
        with self.assertRaises(Refusal):
            (cards - own)._take(self.sponsor, NOW)
        self.assertEqual((cards - own)._find((cards - own)._get_code(), NOW), cards - own)
        self.assertNotEqual(self.tier_of(friend), other.tier_id)
        self.rewards()._undo(NOW)
        self.assertEqual(((cards - own).state, own.state), ("void", "taken"))

    def test_a_renewal_coupon_is_taken_off_the_own_renewal_and_is_nobody_elses(self):
        program = self.env.ref("rc_referral.coupon_renewal_10")
        self.a_rule(kind="coupon", coupon_program_id=program.id, coupon_use="renewal")
        self.pay(self.an_invoice(self.sponsor))
        self.drain()
        self.a_friend()
        reward = self.rewards()
        order = self.env["sale.order"].create({"partner_id": self.studio.id})
        self.assertIn("somebody else", order._try_apply_code(reward.card_id.code)["error"])
        order.partner_id = self.sponsor
        self.assertIn("next renewal", order._try_apply_code(reward.card_id.code)["error"])
        subscription = self.env["rc.subscription"]._get_running(self.sponsor, self.program)
        renewal = subscription._bill_next_period(subscription.period_end)
        self.assertEqual(renewal.invoice_line_ids[0].discount, 10)
        self.assertEqual(reward.used_invoice_id, renewal)
        self.assertFalse(subscription._rc_get_renewal_coupon(), "it is used")
        renewal.button_cancel()
        self.assertEqual(
            subscription._rc_get_renewal_coupon(), reward, "a voided bill gives it back"
        )

    def test_a_milestone_is_given_once_also_after_contacts_were_merged(self):
        self.a_rule(event="milestone", metric="sign_ups", threshold=1)
        friend = self.a_friend()
        twin = self.a_participant("Twin")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin | self.sponsor).ids, self.sponsor)
        self.env["rc.reward.rule"]._apply_sign_up(friend, NOW)
        self.assertEqual(self.rewards().mapped("state"), ["given"])

    def test_points_given_before_the_upgrade_are_adopted_and_not_given_again(self):
        rule = self.a_rule()
        friend = self.a_participant("Old Friend")
        edge = self.env["rc.sponsor.edge"]._bind(friend, self.sponsor, NOW)
        account = self.an_account(self.sponsor)
        account._grant(
            10, f"referral|sign_up|rc.sponsor.edge:{edge.id}|sponsor|0", "x", friend, NOW
        )
        self.env["rc.reward.rule"]._apply_sign_up(friend, NOW)
        self.assertEqual((self.rewards().state, self.rewards().step), ("given", 1))
        self.assertEqual((account.available, self.rewards().rule_id), (10, rule))

    def test_clicks_count_people_once_a_day(self):
        rule = self.a_rule(event="milestone", metric="clicks", threshold=2, is_repeating=True)
        code = self.sponsor._rc_get_main_code()
        visitor = self.a_click(code)
        self.a_click(code, visitor=visitor)
        self.a_click(code, agent="Googlebot/2.1")
        rule._apply_timed(self.company, ["clicks"], NOW)
        self.assertFalse(self.rewards())
        self.a_click(code, visitor=visitor, at=NOW + timedelta(days=1))
        rule._apply_timed(self.company, ["clicks"], NOW)
        rule._apply_timed(self.company, ["clicks"], NOW)
        self.assertEqual(self.rewards().mapped("state"), ["given"])

    def test_a_rule_says_what_it_gives_or_is_refused(self):
        for values in (
            {"kind": "days"},
            {"kind": "cash", "amount": 0},
            {"is_choice": True},
            {"part": "9x"},
            {"is_campaign_only": True},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.a_rule(**values)

    def test_nobody_writes_a_reward(self):
        self.a_rule()
        self.a_friend()
        manager = new_test_user(
            self.env, "rules_pm2", groups="base.group_user,rc_membership.group_program_manager"
        )
        with self.assertRaises(AccessError):
            self.rewards().with_user(manager).state = "held"
        self.rewards().with_user(manager).action_take_back()
        self.assertEqual(self.rewards().state, "refused")
