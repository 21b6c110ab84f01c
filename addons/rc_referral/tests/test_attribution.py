from datetime import timedelta
from fractions import Fraction

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import DAY, NOW, SECOND, OrderCase


@tagged("post_install", "-at_install")
class TestAttribution(OrderCase):
    """Campaigns, deals, coupons, claims: who brought an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one, cls.two = (
            new_test_user(
                cls.env,
                f"att_manager_{number}",
                groups="rc_membership.group_program_manager,sales_team.group_sale_salesman",
            )
            for number in (1, 2)
        )

    def a_campaign(self, **values):
        return self.env["utm.campaign"].create({"name": "Campaign Test", **values})

    def reasons(self, order):
        return {c["participant"]: c["reason"] for c in order.rc_attribution_id.candidates}

    # ------------------------------------------------------------------
    # Campaigns
    # ------------------------------------------------------------------

    def test_a_campaign_has_its_own_window_and_model(self):
        self.code.campaign_id = self.a_campaign(rc_window_days=3)
        visitor = self.a_click(self.code, at=self.now - 3 * DAY + SECOND)
        inside = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(inside), (self.studio, "link"))
        visitor = self.a_click(self.code, at=self.now - 3 * DAY)
        outside = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(outside)[1], "none")
        self.assertEqual(self.reasons(outside), {self.studio.id: "outside_window"})
        self.code.campaign_id.write({"rc_window_days": 30, "rc_attribution_model": "first_touch"})
        self.a_click(self.rival_code, visitor, at=self.now - 2 * DAY)
        self.a_click(self.code, visitor, at=self.now - DAY)
        order = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(order), (self.studio, "link"))

    def test_windows_of_a_campaign_have_limits(self):
        for values in (
            {"rc_window_days": 366},
            {"rc_window_days": -1},
            {"rc_lead_window_days": 1096},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.a_campaign(**values)

    def test_a_split_keeps_exact_parts_and_they_add_up(self):
        self.env["ir.config_parameter"].set_param("rc_referral.link_model", "linear")
        third = self.a_participant("Third Test")
        visitor = self.a_click(self.code, at=self.now - 3 * DAY)
        self.a_click(self.rival_code, visitor, at=self.now - 2 * DAY)
        self.a_click(self.a_code(third, "THIRDTEST"), visitor, at=self.now - DAY)
        order = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(order), (third, "link"))
        parts = {s.partner_id: s._get_fraction() for s in order.rc_attribution_id.share_ids}
        self.assertEqual(parts, dict.fromkeys((self.studio, self.rival, third), Fraction(1, 3)))
        self.assertEqual(set(self.reasons(order).values()), {"won", "shared"})
        self.assertEqual(
            self.env["rc.attribution"]._decide_for_order(order, self.now).id,
            order.rc_attribution_id.id,
        )

    def test_a_code_written_on_the_page_wins_where_the_campaign_says_so(self):
        self.env["ir.config_parameter"].set_param("rc_referral.link_model", "code_entered")
        visitor = self.env["rc.touch"]._make_visitor()
        agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
        self.env["rc.touch"]._record(
            self.code, visitor, self.now - 2 * DAY, agent=agent, is_entered=True
        )
        self.a_click(self.rival_code, visitor, at=self.now - DAY)
        order = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(order), (self.studio, "link"))
        self.assertEqual(self.reasons(order)[self.rival.id], "not_entered")

    def test_who_has_bought_before_is_no_new_customer_of_a_later_link(self):
        self.decide(self.an_open_order(date_order=self.now - 5 * DAY))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = %s WHERE partner_id = %s",
            [self.now - 5 * DAY, self.buyer.id],
        )
        self.env.invalidate_all()
        visitor = self.a_click(self.code, at=self.now - DAY)
        order = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(order), (self.studio, "link"))
        self.assertTrue(order.rc_attribution_id.is_existing_customer)
        self.env["ir.config_parameter"].set_param("rc_referral.new_customers_only", "True")
        order = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(order)[1], "none")
        self.assertEqual(self.reasons(order), {self.studio.id: "existing_customer"})

    def test_who_is_paid_is_configurable_where_the_sponsor_did_not_bring_the_order(self):
        member = self.a_sign_up("Paid Test", at=self.now - 60 * DAY, typed=self.rival_code)
        paid = {}
        for rule in ("winner", "sponsor", "half"):
            self.env["ir.config_parameter"].set_param("rc_referral.paid_by", rule)
            order = self.an_open_order(member)
            order.rc_code_text = "STUDIOTEST"
            self.assertEqual(self.decide(order), (self.studio, "typed_code"), rule)
            shares = order.rc_attribution_id.share_ids
            paid[rule] = {s.partner_id: s._get_fraction() for s in shares}
        half = Fraction(1, 2)
        self.assertEqual(
            paid,
            {
                "winner": {},
                "sponsor": {self.rival: Fraction(1)},
                "half": {self.studio: half, self.rival: half},
            },
        )

    # ------------------------------------------------------------------
    # Coupons
    # ------------------------------------------------------------------

    def a_promotion(self, code):
        return self.env["loyalty.program"].create(
            {
                "name": code,
                "program_type": "promo_code",
                "trigger": "with_code",
                "applies_on": "current",
                "rule_ids": [Command.create({"mode": "with_code", "code": code})],
                "reward_ids": [Command.create({"reward_type": "discount", "discount": 10})],
            }
        )

    def use_coupon(self, order, code):
        for card, rewards in order._try_apply_code(code).items():
            order._apply_program_reward(rewards[:1], card)

    def test_the_owner_of_a_coupon_beats_a_link_and_a_late_one_is_flagged(self):
        self.a_promotion("CUP10")
        self.env["rc.code"].create({"code": "CUP10", "kind": "coupon", "partner_id": self.rival.id})
        visitor = self.a_click(self.code, at=self.now - DAY)
        order = self.an_open_order(rc_visitor=visitor)
        self.use_coupon(order, "CUP10")
        self.assertEqual(self.decide(order), (self.rival, "coupon"))
        self.assertEqual(self.reasons(order)[self.studio.id], "weaker_evidence")
        self.assertTrue(order.rc_attribution_id.is_flagged)
        order = self.an_open_order(rc_visitor=visitor)
        self.use_coupon(order, "CUP10")
        order.sudo().rc_coupon_at = self.now - timedelta(minutes=2)
        self.assertEqual(self.decide(order), (self.rival, "coupon"))
        self.assertFalse(order.rc_attribution_id.is_flagged)

    def test_a_promotion_that_nobody_owns_speaks_for_nobody(self):
        self.a_promotion("FREE10")
        order = self.an_open_order()
        self.use_coupon(order, "FREE10")
        self.assertEqual(self.decide(order)[1], "none")

    # ------------------------------------------------------------------
    # Deals
    # ------------------------------------------------------------------

    def a_deal(self, user=None, **values):
        return (
            self.env["rc.deal"]
            .with_user(user or self.one)
            .create({"name": "Deal Test", "partner_id": self.rival.id, **values})
        )

    def test_an_approved_deal_beats_coupon_and_link_and_is_won_by_the_order(self):
        deal = self.a_deal(email="Buyer@Example.com ")
        visitor = self.a_click(self.code, at=self.now - DAY)
        waiting = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(waiting), (self.studio, "link"), "not approved yet")
        deal.with_user(self.two).action_approve()
        deal.sudo().registered_at = self.now - 2 * DAY
        order = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(order), (self.rival, "deal"))
        self.assertEqual((deal.state, deal.order_id), ("won", order))

    def test_nobody_approves_their_own_deal_and_a_customer_has_one(self):
        deal = self.a_deal(customer_id=self.buyer.id)
        with self.assertRaises(UserError):
            deal.action_approve()
        deal.with_user(self.two).action_approve()
        with self.assertRaises(UserError):
            self.a_deal(email="buyer@example.com").with_user(self.two).action_approve()
        with self.assertRaises(UserError):
            deal.partner_id = self.studio
        with self.assertRaises(AccessError):
            deal.with_user(self.sara).action_refuse()
        for fact in ("state", "expires_at", "registered_at", "decided_by_id"):
            with self.subTest(fact), self.assertRaises(AccessError):
                deal.write({fact: False})

    def test_a_deal_that_ran_out_speaks_no_more_and_frees_the_customer(self):
        deal = self.a_deal(customer_id=self.buyer.id)
        deal.with_user(self.two).action_approve()
        deal.sudo().write({"registered_at": self.now - 9 * DAY, "expires_at": self.now - SECOND})
        order = self.an_open_order()
        self.assertEqual(self.decide(order)[1], "none")
        self.assertEqual(self.reasons(order), {self.rival.id: "outside_window"})
        again = self.a_deal(customer_id=self.buyer.id, partner_id=self.studio.id)
        again.with_user(self.two).action_approve()
        self.assertEqual((deal.state, again.state), ("expired", "approved"))

    # ------------------------------------------------------------------
    # Claims
    # ------------------------------------------------------------------

    def a_claim(self, order, **values):
        return (
            self.env["rc.attribution.claim"]
            .with_user(self.sara)
            .create({"order_id": order.id, "reason": "I spoke with them.", **values})
        )

    def test_an_accepted_claim_changes_the_order_and_never_the_tree(self):
        member = self.a_sign_up("Claim Test", at=self.now - DAY, typed=self.code)
        order = self.an_open_order(member)
        self.assertEqual(self.decide(order), (self.studio, "typed_code"))
        before = order.rc_attribution_id
        claim = self.a_claim(order, claimant_id=self.rival.id)
        with self.assertRaises(AccessError):
            claim.action_review()
        review = claim.with_user(self.one)
        review.action_review()
        with self.assertRaises(UserError):
            review.action_accept()  # without an answer
        review.answer = "The chat shows it."
        review.action_accept()
        self.assertEqual(
            (order.rc_partner_id, order.rc_attribution_id.evidence), (self.rival, "claim")
        )
        self.assertEqual(before.superseded_by_id, order.rc_attribution_id)
        self.assertEqual(claim.previous_winner_id, self.studio)
        self.assertEqual(member.rc_sponsor_id, self.studio)
        self.env["rc.attribution"]._decide_for_order(order)
        self.assertEqual(order.rc_partner_id, self.rival, "deciding again keeps it")

    def test_nobody_decides_about_their_own_claim(self):
        order = self.an_open_order()
        order.action_confirm()
        claim = (
            self.env["rc.attribution.claim"]
            .with_user(self.one)
            .create({"order_id": order.id, "reason": "Mine."})
        )
        self.assertEqual(claim.claimant_id, self.one.partner_id)
        for call in (claim.action_review, claim.action_accept, claim.action_refuse):
            with self.assertRaises(UserError):
                call()
        other = claim.with_user(self.two)
        other.answer = "No."
        other.action_refuse()
        self.assertEqual((claim.state, order.rc_partner_id), ("refused", self.env["res.partner"]))
        with self.assertRaises(UserError):
            other.action_accept()

    def test_salespeople_see_their_own_claims_only(self):
        order = self.an_open_order()
        order.action_confirm()
        claim = self.a_claim(order)
        stranger = new_test_user(self.env, "att_stranger", groups="rc_membership.group_salesperson")
        claims = self.env["rc.attribution.claim"]
        self.assertFalse(claims.with_user(stranger).search([]))
        self.assertEqual(claims.with_user(self.sara).search([]), claim)
        self.assertIn(claim, claims.with_user(self.one).search([]))
        with self.assertRaises(UserError):
            claim.with_user(self.sara).write({"state": "accepted"})

    # ------------------------------------------------------------------
    # Clicks told late
    # ------------------------------------------------------------------

    def test_a_click_told_two_days_late_gives_what_it_would_have_given_in_time(self):
        at = self.now - 2 * DAY
        visitor = self.env["rc.touch"]._make_visitor()
        late = self.a_sign_up("Late Test", at=at, visitor=visitor)
        order = self.an_open_order(late, rc_visitor=visitor)
        self.decide(order)
        self.assertFalse(late.rc_sponsor_id)
        self.a_click(self.code, visitor, at=at - timedelta(hours=1))
        in_time = self.a_sign_up(
            "Early Test", at=at, visitor=self.a_click(self.code, at=at - timedelta(hours=1))
        )
        records = self.env["rc.attribution"]
        said = [
            (now.winner_id, now.evidence, now.decided_at, partner.rc_sponsor_id, partner.user_id)
            for partner in (late, in_time)
            for now in records._get_current(partner)
        ]
        self.assertEqual(said[0], said[1])
        self.assertEqual(order.rc_partner_id, self.studio)
        self.assertTrue(self.lead_of(late))

    def test_a_late_click_does_not_undo_what_a_person_corrected(self):
        at = self.now - 2 * DAY
        visitor = self.env["rc.touch"]._make_visitor()
        member = self.a_sign_up("Fixed Test", at=at, visitor=visitor)
        self.env["rc.sponsor.change"]._correct_by_member(
            member, member.user_ids, "RIVALTEST", at + DAY
        )
        self.a_click(self.code, visitor, at=at - timedelta(hours=1))
        member.invalidate_recordset(["rc_sponsor_id"])
        self.assertEqual(member.rc_sponsor_id, self.rival)

    # ------------------------------------------------------------------
    # Identifiers
    # ------------------------------------------------------------------

    def test_an_old_key_is_forgotten_and_the_next_is_ready(self):
        touches, keys = self.env["rc.touch"], self.env["rc.hash.key"]
        old = touches._get_hash("192.0.2.1", NOW)
        self.assertEqual(touches._get_hash("192.0.2.1", NOW), old)
        self.assertNotEqual(touches._get_hash("192.0.2.1", NOW + 40 * DAY), old)
        keys._cron_rotate()
        months = keys.search([]).mapped("month")
        self.assertNotIn("2026-03" if self.now.year > 2026 or self.now.month > 5 else "", months)
        self.assertNotEqual(touches._get_hash("192.0.2.1", NOW), old)

    def test_old_clicks_are_deleted_with_the_visitor_and_the_decision_stays(self):
        visitor = self.a_click(self.code, at=self.now - 500 * DAY)
        kept = self.a_click(self.code, at=self.now - 300 * DAY)
        member = self.a_sign_up("Old Test", at=self.now - 499 * DAY, visitor=visitor)
        touches = self.env["rc.touch"]
        while touches._forget(self.now - touches._get_kept_days() * DAY):
            pass
        self.env.invalidate_all()
        self.assertFalse(touches.search([("visitor", "=", visitor)]))
        self.assertTrue(touches.search([("visitor", "=", kept)]))
        attribution = self.env["rc.attribution"]._get_current(member)
        self.assertEqual((attribution.winner_id, attribution.visitor), (self.studio, False))
