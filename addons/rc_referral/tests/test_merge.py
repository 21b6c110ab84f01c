from datetime import date

from odoo.tests import tagged

from odoo.addons.rc_membership.exceptions import Refusal

from .common import DAY, NOW, ReferralCase


@tagged("post_install", "-at_install")
class TestMerge(ReferralCase):
    def merge(self, *partners):
        """Merge into the last one, as the wizard does."""
        target = partners[-1]
        sources = self.env["res.partner"].union(*partners[:-1])
        sources.user_ids.unlink()  # Odoo merges contacts of one login at most
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | target).ids, target)
        self.env.invalidate_all()
        return target

    def live_edges(self, **domain):
        return self.env["rc.sponsor.edge"].search(
            [("ended_at", "=", False), *[(key, "=", value.id) for key, value in domain.items()]]
        )

    def test_codes_clicks_and_decisions_stay_with_the_one_that_remains(self):
        visitor = self.a_click(self.code)
        member = self.a_sign_up(visitor=visitor)
        target = self.merge(self.studio, self.a_participant("Studio New"))
        self.assertEqual(self.code.partner_id, target)
        self.assertEqual(member.rc_sponsor_id, target)
        self.assertEqual(self.env["rc.attribution"]._get_current(member).winner_id, target)
        self.assertEqual(self.lead_of(member).rc_partner_id, target)

    def test_of_two_sponsors_the_older_stays_live_and_both_are_kept(self):
        first = self.a_sign_up("First Test", at=NOW, typed=self.code)
        second = self.a_sign_up("Second Test", at=NOW + DAY, typed=self.rival_code)
        target = self.merge(second, first)
        self.assertEqual(self.live_edges(member_id=target).sponsor_id, self.studio)
        edges = self.env["rc.sponsor.edge"].search([("member_id", "=", target.id)])
        self.assertCountEqual(edges.sponsor_id, [self.studio, self.rival])
        decisions = self.env["rc.attribution"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", target.id)]
        )
        self.assertEqual(len(decisions), 2)
        self.assertEqual(decisions.filtered("is_current").winner_id, self.studio)

    def test_a_reward_given_before_a_merge_is_neither_given_again_nor_lost(self):
        sponsor = self.a_portal_user("merge_sponsor").partner_id
        friend = self.a_sign_up("Friend Test", typed=sponsor._rc_get_main_code())
        invoice = self.buy(friend)
        subscription = self.env["rc.subscription"]._get_running(friend, self.program)
        renewal = subscription._bill_next_period(subscription.period_end)
        self.pay(renewal, on=date(2026, 2, 28))
        self.drain()
        self.assertEqual(self.an_account(sponsor).available, 160)
        new_sponsor = self.merge(sponsor, self.a_participant("Sponsor New"))
        new_friend = self.merge(friend, self.a_participant("Friend New"))
        for move in (invoice, renewal):
            self.env["rc.event"]._push(f"again:{move.id}", "payment_changed", move)
        self.env["rc.event"]._push("again", "signed_up", new_friend)
        self.drain()
        self.assertEqual(self.an_account(new_sponsor).available, 160)
        self.refund(renewal)
        self.drain()
        self.assertEqual(self.an_account(new_sponsor).available, 110)

    def test_caps_and_sign_ups_count_on_for_whoever_remains(self):
        rules = self.env["rc.reward.rule"]
        rules.search([]).active = False
        vals = {"name": "Test", "event": "sign_up", "sponsor_kind": "everyone", "points": 1}
        rules.create({"program_id": self.program.id, "cap_total": 2, **vals})
        twins = [self.a_portal_user(f"cap_{name}").partner_id for name in ("one", "two")]
        for number, twin in enumerate(twins):
            self.a_sign_up(f"Cap {number}", typed=twin._rc_get_main_code())
        code = self.rival_code
        code.use_limit = 1
        newcomer = self.a_sign_up("New Comer", typed=code)
        target = self.merge(*twins)
        self.a_sign_up("Cap More", typed=target._rc_get_main_code())
        rewards = self.env["rc.reward"].search([("partner_id", "=", target.id)], order="id")
        self.assertEqual(rewards.mapped("state"), ["given", "given", "refused"])
        rewards[:2]._undo(NOW)
        rewards[:2]._redo(NOW)
        self.assertEqual(rewards.mapped("state"), ["given", "given", "refused"])
        newcomer = self.merge(newcomer, self.a_participant("New Comer Again"))
        self.assertTrue(code._is_used_by_sign_up(newcomer))

    def test_sponsor_and_member_merged_leave_no_circle(self):
        mia = self.a_sign_up("Mia Test", typed=self.code)
        leo = self.a_sign_up("Leo Test", typed=mia._rc_get_main_code())
        ana = self.a_sign_up("Ana Test", typed=leo._rc_get_main_code())
        target = self.merge(mia, leo)
        self.assertEqual(self.live_edges(member_id=target).sponsor_id, self.studio)
        self.assertEqual(ana.rc_sponsor_id, target)

    def test_merging_the_top_with_the_bottom_leaves_no_circle(self):
        top = self.a_sign_up("Top Test", at=NOW, typed=self.code)
        middle = self.a_sign_up("Middle Test", typed=top._rc_get_main_code())
        bottom = self.a_sign_up("Bottom Test", at=NOW + DAY, typed=middle._rc_get_main_code())
        target = self.merge(bottom, top)
        self.assertEqual(self.live_edges(member_id=target).sponsor_id, self.studio)
        self.assertEqual(self.live_edges(member_id=middle).sponsor_id, target)
        ancestors = self.env["rc.sponsor.edge"]._get_ancestor_ids(target)
        self.assertEqual(ancestors, self.studio.ids)

    def test_corrections_and_claims_of_merged_contacts_are_kept_and_one_of_them_waits(self):
        third = self.a_participant("Third Test")
        first = self.a_sign_up("First Test", at=NOW, typed=self.code)
        second = self.a_sign_up("Second Test", at=NOW, typed=self.code)
        changes = self.env["rc.sponsor.change"].create(
            [
                {"member_id": member.id, "sponsor_id": self.rival.id, "reason": "Chat."}
                for member in (first, second)
            ]
        )
        changes[1].action_withdraw()
        self.env.flush_all()
        changes |= changes.create(
            {"member_id": second.id, "sponsor_id": third.id, "reason": "Mail."}
        )
        order = self.an_order(self.a_participant("Buyer Test"))
        order.action_confirm()
        claims = self.env["rc.attribution.claim"].create(
            [
                {"order_id": order.id, "claimant_id": who.id, "reason": "Chat."}
                for who in (self.rival, third)
            ]
        )
        claims |= claims.create(  # from the portal: nobody has found the order yet
            [
                {"customer_text": who.name, "claimant_id": who.id, "reason": "Chat."}
                for who in (self.rival, third)
            ]
        )
        self.merge(second, first)
        self.merge(third, self.rival)
        self.assertEqual(changes.exists().mapped("member_id"), first)
        self.assertEqual(changes.mapped("state"), ["waiting", "withdrawn", "withdrawn"])
        self.assertEqual(claims.exists().mapped("claimant_id"), self.rival)
        states = ["submitted", "withdrawn", "submitted", "submitted"]
        self.assertEqual(claims.mapped("state"), states)

    def test_a_corrected_sponsor_can_be_merged_with_the_member(self):
        member = self.a_sign_up(at=NOW, typed=self.code)
        changes = self.env["rc.sponsor.change"]
        change = changes._correct_by_member(member, member.user_ids, "RIVALTEST", NOW + DAY)
        self.env.flush_all()
        waiting = changes.create(
            {"member_id": member.id, "sponsor_id": self.studio.id, "reason": "After all."}
        )
        self.merge(self.studio, member)
        self.assertEqual((change.state, waiting.state), ("done", "withdrawn"))
        self.assertEqual(self.live_edges(member_id=member).sponsor_id, self.rival)

    # ------------------------------------------------------------------
    # Deals
    # ------------------------------------------------------------------

    def a_deal(self, owner, at=NOW, **values):
        deal = self.env["rc.deal"].create(
            {"name": "Customer", "partner_id": owner.id, "registered_at": at, **values}
        )
        deal._approve(at, self.env.user)
        return deal

    def test_a_deal_follows_its_customer_and_keeps_other_customers_out(self):
        source, target = self.a_participant("Buyer Old"), self.a_participant("Buyer New")
        deal = self.a_deal(self.studio, customer_id=source.id)
        self.assertEqual(deal.customer_key, f"contact:{source.id}")
        self.merge(source, target)
        self.assertEqual(
            (deal.customer_id, deal.customer_key, deal.state),
            (target, f"contact:{target.id}", "approved"),
        )
        late = self.env["rc.deal"].create(
            {"name": "Same", "partner_id": self.rival.id, "customer_id": target.id}
        )
        with self.assertRaisesRegex(Refusal, "registered this customer already"):
            late._approve(NOW + DAY, self.env.user)

    def test_of_two_deals_about_one_customer_the_first_counts_on_and_none_is_lost(self):
        for source_first in (True, False):
            with self.subTest(source_first=source_first):
                source = self.a_participant(f"Old {source_first}")
                target = self.a_participant(
                    f"New {source_first}", email=f"{source_first}@m.example"
                )
                days = (NOW, NOW + DAY) if source_first else (NOW + DAY, NOW)
                old = self.a_deal(self.studio, at=days[0], customer_id=source.id)
                new = self.a_deal(self.rival, at=days[1], customer_id=target.id)
                self.merge(source, target)
                first, second = (old, new) if source_first else (new, old)
                self.assertEqual((first.state, second.state), ("approved", "expired"))
                self.assertEqual((old.customer_id, new.customer_id), (target, target))
