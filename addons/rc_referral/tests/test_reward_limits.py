"""Percentages, free codes, limits of campaigns and missions, codes redeemed as evidence."""

from datetime import datetime, timedelta

import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.rc_membership.exceptions import Refusal

from .common import ReferralCase

NOW = datetime(2026, 3, 1, 12)


@tagged("post_install", "-at_install")
class TestRewardLimits(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["rc.reward.rule"].with_context(active_test=False)
        cls.rules.search([]).active = False
        cls.sponsor = cls.a_portal_user("limits_sponsor").partner_id
        cls.campaign = cls.env["utm.campaign"].create({"name": "limits", "title": "Limits"})
        cls.plan = cls.env["product.product"].search([("default_code", "=", "pro-month")])
        cls.plan = cls.plan.product_tmpl_id

    def a_rule(self, **values):
        vals = {"name": "Test", "event": "first_payment", "sponsor_kind": "everyone", "points": 0}
        return self.rules.create({"program_id": self.program.id, **vals, **values})

    def a_mission(self, **values):
        vals = {"name": "Tell", "code": "tell", "metric": "activity", "activity_kind": "tell"}
        gift = {"kind": "codes", "code_plan_id": self.plan.id, "count": 3}
        return self.env["rc.mission"].create(
            {"program_id": self.program.id, **vals, **gift, **values}
        )

    def a_friend(self, name="Limits Friend"):
        return self.a_sign_up(name, typed=self.sponsor._rc_get_main_code())

    def rewards(self, partner=None):
        return self.env["rc.reward"].search([("partner_id", "=", (partner or self.sponsor).id)])

    def do(self, partner, kind="tell"):
        key = f"limits:{partner.id}:{kind}"
        self.env["rc.activity"]._record(partner, kind, 1, key, NOW)
        self.drain()

    # percentages -------------------------------------------------------

    def test_a_percentage_gives_points_for_what_was_received_and_a_refund_takes_them(self):
        rule = self.a_rule(percent=10)
        self.assertEqual((rule.part, "10 %" in rule.gift_text), ("percent", True))
        self.program.point_price = 0.1
        invoice = self.an_invoice(self.a_friend())  # 25.00 without tax
        self.assertFalse(self.rewards())
        self.pay(invoice)
        self.drain()
        self.assertEqual(self.rewards().mapped("points"), [25])
        self.refund(invoice)
        self.drain()
        self.assertEqual(self.rewards().mapped("state"), ["taken_back"])

    def test_a_percentage_is_capped_each_time(self):
        rule = self.a_rule(kind="cash", percent=20, amount_max=3)
        self.assertIn("3.00", rule.gift_text)
        invoice = self.an_invoice(self.a_friend())
        self.pay(invoice)
        self.assertEqual(rule._get_percent_gift(invoice)["amount"], 3)
        rule.amount_max = 0
        self.assertEqual(rule._get_percent_gift(invoice)["amount"], 5)

    def test_a_part_of_nothing_is_no_reward(self):
        rule = self.a_rule(percent=10)
        self.program.point_price = 0
        invoice = self.an_invoice(self.a_friend())
        self.pay(invoice)
        self.drain()
        self.assertEqual(rule._get_percent_gift(self.sponsor), {})
        self.assertFalse(self.rewards())

    def test_no_percentage_of_what_brings_no_money(self):
        for values in ({"event": "sign_up"}, {"kind": "badge"}, {"percent": 101}):
            refused = self.assertRaises(psycopg2.errors.CheckViolation)
            with refused, mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.a_rule(**{"percent": 5, **values})
                self.env.flush_all()

    # free codes of a campaign ------------------------------------------

    def test_a_claimed_mission_gives_free_codes_to_hand_on(self):
        mission = self.a_mission()
        with self.assertRaises(Refusal):
            mission._claim(self.sponsor, NOW)
        self.do(self.sponsor)
        reward = mission._claim(self.sponsor, NOW)
        self.assertEqual(reward.state, "given")
        batch = self.env["rc.activation.batch"].search([("partner_id", "=", self.sponsor.id)])
        self.assertEqual((batch.plan_id, batch.count, batch.open_count), (self.plan, 3, 3))
        self.assertEqual(mission._claim(self.sponsor, NOW), reward, "once")
        [text] = batch.code_ids[:1]._reveal(self.sponsor, NOW).values()
        friend = self.a_portal_user("limits_redeemer").partner_id
        self.env["rc.code"]._redeem(text, friend, NOW)
        self.assertEqual(friend.rc_sponsor_id, self.sponsor)
        reward._undo(NOW)
        self.assertEqual((reward.why, batch.open_count), ("used", 0), "what is left rests")
        other = self.a_portal_user("limits_redeemer_two").partner_id
        texts = batch.code_ids[1:]._reveal(self.sponsor, NOW).values()
        self.assertRefused("unknown_code", self.env["rc.code"]._redeem, [*texts][0], other, NOW)
        reward._redo(NOW)
        self.assertEqual((reward.state, batch.open_count), ("given", 2), "it works again")
        self.env["rc.code"]._redeem([*texts][0], other, NOW)

    def test_a_mission_is_claimed_so_often_and_no_more(self):
        mission = self.a_mission(claim_limit=1, kind="points", points=5)
        other = self.a_portal_user("limits_other").partner_id
        for who in (self.sponsor, other):
            self.do(who)
        mission._claim(self.sponsor, NOW)
        with self.assertRaises(Refusal) as caught:
            mission._claim(other, NOW)
        self.assertEqual(caught.exception.code, "limit_reached")
        self.assertFalse(self.rewards(other))

    def test_a_mission_for_sign_ups_is_marketing(self):
        mission = self.a_mission(metric="sign_ups", kind="points", points=5)
        self.env.company.rc_market_profile = "cn"
        self.a_friend()
        reward = mission._claim(self.sponsor, NOW)
        self.assertEqual((reward.state, reward.why), ("refused", "profile"))

    # campaigns ---------------------------------------------------------

    def test_all_codes_of_a_campaign_share_its_limit_and_a_use_given_back_is_one_more(self):
        self.campaign.rc_use_limit = 2
        (self.code | self.rival_code).campaign_id = self.campaign
        people = self.env["res.partner"].create([{"name": f"Limit {n}"} for n in range(3)])
        self.code._use(people[0], "limits:0", NOW)
        self.rival_code._use(people[1], "limits:1", NOW)
        self.assertRefused("limit_reached", self.code._use, people[2], "limits:2", NOW)
        self.assertRefused("limit_reached", self.env["rc.code"]._resolve, "RIVALTEST", people[2])
        self.env["rc.code"]._release("limits:0", NOW)
        self.rival_code._use(people[2], "limits:2", NOW)
        self.assertRefused("limit_reached", self.code._use, people[0], "limits:3", NOW)
        with self.assertRaises(ValidationError):
            self.campaign.rc_use_limit = 1

    def test_a_budget_pays_nothing_that_happens_after_its_end(self):
        budget = self.env["rc.reward.budget"].create(
            {"campaign_id": self.campaign.id, "amount": 100, "date_to": NOW.date()}
        )
        self.a_rule(event="sign_up", points=10, campaign_id=self.campaign.id)
        self.a_friend()
        self.assertEqual(self.rewards().mapped("why"), ["ended"])
        budget.date_to = NOW.date() + timedelta(days=1)
        self.a_friend("Limits Later")
        self.assertEqual(set(self.rewards().mapped("state")), {"refused", "given"})

    # evidence ----------------------------------------------------------

    def test_a_redeemed_code_is_evidence_for_the_buyers_orders(self):
        batch = self.env["rc.activation.batch"]._make(
            self.studio, self.plan, "activation", 1, "limits", NOW, NOW.date() + timedelta(days=90)
        )
        [text] = batch.code_ids._reveal(self.studio, NOW).values()
        buyer = self.a_sign_up("Limits Buyer", typed=self.rival_code)
        self.env["rc.code"]._redeem(text, buyer, NOW + timedelta(days=40))
        order = self.env["sale.order"].create({"partner_id": buyer.id})
        for days, winner, evidence in (
            (1, self.rival, "typed_code"),  # before it was redeemed
            (41, self.studio, "activation"),  # the typed code is too old by then
            (71, self.rival, "sponsor"),  # the window of the redeemed one is over
        ):
            decision = self.env["rc.attribution"]._decide_for_order(
                order, NOW + timedelta(days=days)
            )
            self.assertEqual((decision.winner_id, decision.evidence), (winner, evidence), days)
