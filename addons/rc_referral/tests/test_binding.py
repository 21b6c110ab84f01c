from odoo.tests import tagged

from .common import DAY, NOW, SECOND, ReferralCase


@tagged("post_install", "-at_install")
class TestBinding(ReferralCase):
    def decision_of(self, partner):
        attribution = self.env["rc.attribution"]._get_current(partner)
        return attribution.winner_id, attribution.evidence, partner.rc_sponsor_id

    def test_a_visitor_who_clicked_is_bound_without_typing(self):
        visitor = self.a_click(self.code)
        member = self.a_sign_up(at=NOW + DAY, visitor=visitor)
        self.assertEqual(self.decision_of(member), (self.studio, "link", self.studio))
        edge = self.env["rc.sponsor.edge"].search([("member_id", "=", member.id)])
        self.assertEqual(
            (edge.code_id, edge.bound_at, edge.ended_at), (self.code, NOW + DAY, False)
        )
        self.assertEqual(member.user_id, self.sara)

    def test_a_typed_code_beats_the_link(self):
        visitor = self.a_click(self.code)
        member = self.a_sign_up(visitor=visitor, typed=self.rival_code)
        self.assertEqual(self.decision_of(member), (self.rival, "typed_code", self.rival))
        reasons = {
            c["code"]: c["reason"]
            for c in self.env["rc.attribution"]._get_current(member).candidates
        }
        self.assertEqual(reasons, {self.rival_code.id: "won", self.code.id: "weaker_evidence"})

    def test_the_filled_in_code_left_as_it_is_stays_evidence_of_the_link(self):
        visitor = self.a_click(self.code)
        member = self.a_sign_up(visitor=visitor, typed=self.code)
        self.assertEqual(self.decision_of(member), (self.studio, "link", self.studio))

    def test_a_code_in_the_providers_answer_binds_where_no_cookie_came(self):
        member = self.a_sign_up(passed=self.code)
        self.assertEqual(self.decision_of(member), (self.studio, "link", self.studio))

    def test_the_last_of_several_links_wins_or_the_first_if_set_so(self):
        visitor = self.a_click(self.code, at=NOW - 2 * DAY)
        self.a_click(self.rival_code, visitor, at=NOW - DAY)
        member = self.a_sign_up("Last Test", visitor=visitor)
        self.assertEqual(self.decision_of(member)[0], self.rival)
        self.env["ir.config_parameter"].set_param("rc_referral.link_model", "first_touch")
        member = self.a_sign_up("First Test", visitor=visitor)
        self.assertEqual(self.decision_of(member)[0], self.studio)

    def test_a_click_counts_to_the_second_of_the_window(self):
        self.env["ir.config_parameter"].set_param("rc_referral.window_days", "7")
        for name, ago, evidence in (
            ("In Test", 7 * DAY - SECOND, "link"),
            ("Edge Test", 7 * DAY, "none"),
            ("Out Test", 7 * DAY + SECOND, "none"),
        ):
            visitor = self.a_click(self.code, at=NOW - ago)
            member = self.a_sign_up(name, at=NOW, visitor=visitor)
            self.assertEqual(self.decision_of(member)[1], evidence, name)

    def test_bots_and_strangers_bind_nobody(self):
        visitor = self.a_click(self.code, agent="Googlebot/2.1")
        self.a_click(self.code)  # of somebody else
        member = self.a_sign_up(visitor=visitor)
        self.assertEqual(
            self.decision_of(member), (self.env["res.partner"], "none", self.env["res.partner"])
        )
        self.assertFalse(self.lead_of(member))

    def test_nobody_is_bound_by_a_code_of_the_own_company(self):
        visitor = self.a_click(self.code)
        user = self.a_portal_user("own_company@example.com")
        user.partner_id.parent_id = self.studio
        attribution = self.env["rc.attribution"]._decide_for_sign_up(
            user.partner_id, NOW, visitor=visitor
        )
        self.assertEqual(attribution.evidence, "none")
        self.assertEqual([c["reason"] for c in attribution.candidates], ["own_code"])
        self.assertFalse(user.partner_id.rc_sponsor_id)

    def test_a_member_keeps_the_first_sponsor(self):
        member = self.a_sign_up(typed=self.code)
        edge = member._rc_bind(self.rival_code, NOW + DAY)
        self.assertEqual(edge.sponsor_id, self.studio)
        self.assertEqual(member.rc_sponsor_id, self.studio)

    def test_an_edge_that_closes_a_circle_is_refused_and_leaves_nothing(self):
        mia = self.a_sign_up("Mia Test", typed=self.code)
        leo = self.a_sign_up("Leo Test", typed=mia._rc_get_main_code())
        leo_code = leo._rc_get_main_code()
        with self.assertRaisesRegex(Exception, "stands above"):
            self.studio._rc_bind(leo_code, NOW)
        self.assertFalse(self.studio.rc_sponsor_id)

    def test_every_code_a_member_came_with_is_told_once(self):
        told = []
        Code = self.registry["rc.code"]
        self.patch(Code, "_on_bound", lambda code, partner, at: told.append((code, partner, at)))
        visitor = self.a_click(self.code)
        member = self.a_sign_up(visitor=visitor, typed=self.rival_code)
        self.assertEqual(told, [(self.rival_code, member, NOW)])

    def test_a_secondary_code_joins_but_names_the_sponsor_only_alone(self):
        """A guild's code besides a sponsor's: both count, each for its own thing."""
        told = []
        Code = self.registry["rc.code"]
        self.patch(Code, "_is_secondary", lambda code: code == self.rival_code)
        self.patch(Code, "_on_bound", lambda code, partner, at: told.append(code))
        visitor = self.a_click(self.code, at=NOW - DAY)
        both = self.a_sign_up("Both Test", visitor=visitor, typed=self.rival_code)
        self.assertEqual(both.rc_sponsor_id, self.studio)
        self.assertCountEqual(told, [self.code, self.rival_code])
        alone = self.a_sign_up("Alone Test", typed=self.rival_code)
        self.assertEqual(alone.rc_sponsor_id, self.rival)

    def test_members_are_found_by_their_sponsor(self):
        member = self.a_sign_up(typed=self.code)
        found = self.env["res.partner"].search([("rc_sponsor_id", "=", self.studio.id)])
        self.assertEqual(found, member)
