"""Ladders, trees, the explanation panel and the analysis: what the screens read."""

from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..models.rc_network_node_mixin import SHOWN
from .test_why import WhyCase


@tagged("post_install", "-at_install")
class TestStanding(WhyCase):
    def standing(self, partner, ladder="promoter", user=None):
        rows = self.env(user=user or self.manager)["rc.commission.standing"]
        return rows.search([("partner_id", "=", partner.id), ("ladder", "=", ladder)])

    def test_who_was_never_put_on_a_rank_stands_on_the_lowest(self):
        row = self.standing(self.bob)
        self.assertEqual((row.rank, row.place, row.since), ("starter", 1, False))
        self.assertEqual((row.rank_name, row.next_rank), ("1 · Starter", "Advanced"))

    def test_people_of_other_roles_do_not_stand_on_the_ladder(self):
        self.assertFalse(self.standing(self.cy))

    def test_progress_is_the_best_of_the_alternatives(self):
        self.env["rc.commission.fact"].search([]).invalidate_recordset()
        for _number in range(2):
            self.sell(self.bind(self.a_member(f"New {_number}"), self.bob), on=self.today())
        self.env.invalidate_all()
        row = self.standing(self.bob)
        self.assertEqual(round(row.progress), 20)  # 2 of 10 buyers, 0 of 1000 points
        self.assertIn("2 of 10", str(row.progress_html))
        self.assertIn("0 of 1000", str(row.progress_html))

    def today(self):
        return self.env["rc.commission.estimate"].env.cr.now().date()

    def test_granting_a_rank_keeps_who_and_why(self):
        steps = self.env(user=self.manager)["rc.commission.ladder"]
        step = steps.search([("ladder", "=", "promoter"), ("rank", "=", "elite")])
        wizard = Form(self.env(user=self.manager)["rc.commission.grant"])
        wizard.partner_id, wizard.step_id, wizard.reason = self.bob, step, "Board of 3 March"
        wizard.save().action_grant()
        row = self.standing(self.bob)
        self.assertEqual((row.rank, row.cause), ("elite", "grant"))
        change = self.env["rc.commission.rank"].search([("partner_id", "=", self.bob.id)])
        self.assertEqual((change.reason, change.user_id), ("Board of 3 March", self.manager))
        self.assertEqual((change.ladder_name, change.rank_name), ("Promoters", "Elite"))
        self.assertEqual(step.holder_count, 1)

    def test_a_rank_can_be_taken_away(self):
        self.env(user=self.manager)["rc.commission.rank"]._grant(self.bob, "promoter", "elite")
        step = self.env(user=self.manager)["rc.commission.ladder"].search(
            [("ladder", "=", "promoter"), ("rank", "=", "elite")]
        )
        wizard = self.env(user=self.manager)["rc.commission.grant"].create(
            {
                "partner_id": self.bob.id,
                "step_id": step.id,
                "take_away": True,
                "reason": "A mistake",
            }
        )
        wizard.action_grant()
        self.assertEqual(self.standing(self.bob).rank, "starter")

    def test_a_salesperson_cannot_grant_and_sees_the_own_standing_only(self):
        with self.assertRaises(AccessError):
            self.env(user=self.sara)["rc.commission.grant"].create({})
        with self.assertRaises(AccessError):
            self.env(user=self.sara)["rc.commission.rank"].action_grant(
                self.bob.id, "promoter", "elite", "I like him"
            )
        self.assertFalse(self.standing(self.bob, user=self.sara))

    def test_a_page_of_people_costs_the_queries_of_one(self):
        people = [self.a_payee(f"P {number}", "promoter") for number in range(12)]
        counts = []
        for some in (people[:2], people):
            self.env.flush_all()
            self.env.invalidate_all()
            rows = self.env(user=self.manager)["rc.commission.standing"].search(
                [("partner_id", "in", [p.id for p in some]), ("ladder", "=", "promoter")]
            )
            before = self.env.cr.sql_log_count
            rows.mapped("progress")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 2)

    def test_ladders_tell_what_each_rank_asks_for(self):
        steps = self.env(user=self.manager)["rc.commission.ladder"].search(
            [("ladder", "=", "promoter")]
        )
        self.assertEqual(steps.mapped("rank"), ["starter", "advanced", "elite", "mentor"])
        self.assertEqual(steps[0].requirements, "No requirements")
        self.assertIn("10", steps[1].requirements)

    def test_other_companies_see_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "why_elsewhere",
            groups="rc_membership.group_program_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in ("rc.commission.standing", "rc.commission.ladder", "rc.sponsor.node"):
            rows = self.env(user=user)[model].search([])
            self.assertFalse(rows.filtered(lambda row: row.company_id == self.env.company), model)


@tagged("post_install", "-at_install")
class TestTrees(WhyCase):
    def nodes(self, tree="sponsor", user=None):
        return self.env(user=user or self.manager)[f"rc.{tree}.node"]

    def draw(self, tree, domain):
        spec = {"partner_id": {"fields": {"display_name": {}}}, "child_ids": {"fields": {}}}
        found = self.nodes(tree).hierarchy_read(domain, spec, "parent_id", "child_ids")
        return {row["partner_id"]["display_name"]: row for row in found}

    def test_the_sponsor_tree_shows_who_brought_whom(self):
        node = self.nodes().browse(self.ann.id)
        self.assertEqual((node.direct_count, node.team_count, node.role), (1, 2, "promoter"))
        self.assertEqual(node.child_ids.partner_id, self.bob)
        self.assertFalse(node.parent_id)
        self.assertEqual(
            set(self.draw("sponsor", [("id", "=", self.ann.id)])), {"Ann Upper", "Bob Lower"}
        )

    def test_team_sales_are_those_below_in_this_month(self):
        self.sell(self.cy, on=self.env.cr.now().date())
        self.env.invalidate_all()
        ann, cy = self.nodes().browse([self.ann.id, self.cy.id])
        self.assertEqual((ann.team_sales, ann.own_purchases), (25.0, 0.0))
        self.assertEqual((cy.team_sales, cy.own_purchases), (0.0, 25.0))

    def test_a_place_by_hand_moves_somebody_in_the_placement_tree_only(self):
        self.env(user=self.manager)["rc.placement.edge"]._place(
            self.cy, self.ann, date(2026, 2, 1), reason="asked for it"
        )
        placed = self.nodes("placement").browse(self.cy.id)
        self.assertEqual((placed.parent_id.partner_id, placed.cause), (self.ann, "placed"))
        self.assertEqual(self.nodes().browse(self.cy.id).parent_id.partner_id, self.bob)
        self.assertEqual(self.nodes("placement").browse(self.ann.id).direct_count, 2)

    def test_of_many_people_below_only_some_are_drawn(self):
        for number in range(SHOWN + 3):
            self.bind(self.a_member(f"Reader {number}"), self.ann, datetime(2026, 1, 2))
        node = self.nodes().browse(self.ann.id)
        self.assertEqual(node.direct_count, SHOWN + 4)
        self.assertEqual((len(node.child_ids), node.hidden_count), (SHOWN, 4))
        self.assertEqual(node.child_ids[0].partner_id, self.bob, "who has people below comes first")

    def test_a_salesperson_sees_themselves_and_who_is_directly_below(self):
        me = self.sara.partner_id
        friend = self.bind(self.a_member("Friend"), me)
        self.bind(self.a_member("Friend's friend"), friend)
        found = self.nodes(user=self.sara).search([])
        self.assertEqual(set(found.mapped("partner_id.name")), {"Sara Test", "Friend"})

    def test_an_empty_network_has_an_empty_tree(self):
        company = self.env["res.company"].create({"name": "Empty"})
        nodes = self.nodes().with_context(allowed_company_ids=company.ids)
        self.assertFalse(nodes.sudo().search([]))


@tagged("post_install", "-at_install")
class TestPanel(WhyCase):
    def test_the_panel_tells_chain_figures_and_dates(self):
        self.sell(self.cy)
        award = self.awards_of(self.ann).with_user(self.manager)
        panel = award._get_panel()
        self.assertEqual(
            [(p["name"], p["label"]) for p in panel["chain"]],
            [("Cy Buyer", "Buyer"), ("Bob Lower", "Level 1"), ("Ann Upper", "Payee, level 2")],
        )
        self.assertIn(("The net amount", self.usd.format(25)), panel["facts"])
        self.assertEqual([t["label"] for t in panel["times"]][0], "Earned")
        self.assertIn("Ann Upper earns 5 % of", panel["sentence"])
        self.assertIn("o_rc_chain", str(award.panel_html))

    def test_a_payee_sees_the_names_of_those_directly_below_only(self):
        self.sell(self.bind(self.a_member("Deep Secret"), self.cy), on=date(2026, 1, 8))
        self.sell(self.cy, on=date(2026, 1, 9))
        user = self.a_portal_user("why_bob")
        user.partner_id = self.bob
        awards = self.awards_of(self.bob).with_user(user).sudo()
        names = [[p["name"] for p in award._get_panel()["chain"]] for award in awards]
        self.assertIn(["The buyer", "Cy B.", "Bob Lower"], names)
        self.assertIn(["Cy B.", "Bob Lower"], names)

    def test_a_refund_is_told(self):
        invoice = self.sell(self.cy)
        self.give_back(invoice)
        award = self.awards_of(self.bob).with_user(self.manager)
        self.assertEqual(award._get_panel()["times"][-1]["label"], "Reversed")

    def test_the_analysis_adds_up_to_what_has_accrued_by_state(self):
        invoice = self.sell(self.cy)
        self.sell(self.bind(self.a_member("Zoe"), self.bob), on=date(2026, 3, 1))
        self.settle(date(2026, 2, 15))
        self.give_back(invoice, amount=10, on=date(2026, 3, 2))
        self.env.invalidate_all()
        rows = self.env(user=self.manager)["rc.commission.report"]._read_group(
            [("partner_id", "=", self.bob.id)], ["state"], ["amount:sum"]
        )
        total = sum(amount for _state, amount in rows)
        accrued = self.bob._rc_get_commission_summary(date(2026, 3, 2))[self.usd]["accrued"]
        self.assertAlmostEqual(total, float(accrued))
        self.assertLess(dict(rows)["debt"], 0)

    def test_why_of_an_award_without_an_invoice_is_refused_in_words(self):
        self.sell(self.cy)
        award = self.awards_of(self.bob).with_user(self.manager)
        self.assertEqual(award.action_rc_why()["res_model"], "rc.commission.why")
        self.assertEqual(award.action_view_version()["res_id"], award.version_id.id)
        with self.assertRaises(UserError):
            self.env["rc.commission.award"].new({}).action_rc_why()
