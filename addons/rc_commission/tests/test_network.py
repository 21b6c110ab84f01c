"""Facts, ranks and places: what a payment changes in the network."""

from datetime import date, datetime

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..adapters.network import read_people
from .common import CommissionCase

JAN = date(2026, 1, 5)
LADDER = """
ladders:
  club:
    - rank: low
    - {rank: mid, all: [{metric: direct_paid, at_least: 2}]}
    - rank: given
"""


def a_ladder_plan(code="ladder", **more):
    lines = [f"plan: {code}", "name: Ladder", "currency: USD", "hold_days: 30"]
    lines += [f"{key}: {value}" for key, value in more.items()]
    rule = (
        "  - {id: direct, on: payment, pay: {to: sponsor, level: 1},"
        " rate: {by: rank, ladder: club, table: {low: 10%, mid: 20%, given: 50%}}}"
    )
    return "\n".join([*lines, LADDER.strip(), "rules:", rule])


@tagged("post_install", "-at_install")
class TestNetwork(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.top = cls.a_payee("Top", "promoter")

    def placed_under(self, partner):
        live = self.env["rc.placement.edge"]._get_live(self.env.company, partner)
        return live.parent_id if live else self.env["rc.placement.edge"]._get_sponsor(partner)

    def rank_of(self, partner, ladder="club"):
        ranks = self.env["rc.commission.rank"]._get_current(self.env.company, partner, ladder)
        return ranks.get(partner.id)

    def facts_of(self, buyer):
        facts = self.env["rc.commission.fact"].search([("buyer_id", "=", buyer.id)], order="id")
        return [
            (str(f.date), f.net, f.share, f.opens, f.orders, f.first, f.first_of_tier)
            for f in facts
        ]

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    def test_money_in_parts_and_back_leaves_dated_facts(self):
        buyer = self.bind(self.a_member(), self.top)
        invoice = self.sell(buyer, "premium-month", amount=10)
        self.pay(invoice, date(2026, 1, 20))
        self.drain()
        self.give_back(invoice, on=date(2026, 2, 3))
        self.assertEqual(
            self.facts_of(buyer),
            [
                ("2026-01-05", 10.0, "2/5", 1, 0, 0, 0),
                ("2026-01-20", 15.0, "1", 0, 1, 1, 1),
                ("2026-02-03", -25.0, "0", -1, -1, -1, -1),
            ],
        )

    def test_a_seat_or_given_days_are_a_payees_own_tier_while_they_last(self):
        tier = self.env["rc.tier"].search(
            [("program_id", "=", self.env["rc.program"]._get_platform().id), ("code", "=", "team")]
        )
        self.env["rc.tier.cover"]._give(self.top, tier, JAN, date(2026, 1, 9), "seat", "t:seat")

        def own(day):
            [person] = read_people(self.env, self.env.company, self.top.ids, date(2026, 1, day))
            return person.tier, person.active

        self.assertEqual(
            [own(4), own(8), own(9)], [("free", False), ("team", False), ("free", False)]
        )

    def test_a_payment_taken_back_is_a_fact_of_the_day_it_was_taken(self):
        buyer = self.bind(self.a_member(), self.top)
        invoice = self.sell(buyer)
        invoice.line_ids.remove_move_reconcile()
        self.env["rc.event"].search([("state", "=", "todo")]).occurred_at = datetime(2026, 1, 9, 12)
        self.drain()
        self.assertEqual(self.facts_of(buyer)[1:], [("2026-01-09", -25.0, "0", -1, -1, -1, -1)])

    def test_a_second_order_is_no_first_one(self):
        buyer = self.bind(self.a_member(), self.top)
        self.sell(buyer, "premium-month")
        self.sell(buyer, "ultimate-month", on=date(2026, 1, 8))
        self.assertEqual([row[4:] for row in self.facts_of(buyer)], [(1, 1, 1), (1, 0, 1)])

    def test_running_twice_adds_no_fact(self):
        buyer = self.bind(self.a_member(), self.top)
        invoice = self.sell(buyer)
        before = self.facts_of(buyer)
        invoice._rc_accrue(datetime(2026, 6, 1))
        self.assertEqual(self.facts_of(buyer), before)

    def test_people_of_a_fact_are_those_of_the_sale(self):
        buyer = self.bind(self.a_member(), self.top)
        self.sell(buyer, user=self.sara)
        fact = self.env["rc.commission.fact"].search([("buyer_id", "=", buyer.id)])
        self.assertEqual(
            (fact.sponsor_id, fact.seller_id, fact.salesperson_id),
            (self.top, self.top, self.sara.partner_id),
        )

    @mute_logger("odoo.sql_db")
    def test_history_never_changes(self):
        buyer = self.bind(self.a_member(), self.top)
        self.sell(buyer)
        fact = self.env["rc.commission.fact"].search([("buyer_id", "=", buyer.id)])
        for act in (lambda: fact.write({"net": 1}), fact.unlink):
            with self.assertRaises(UserError):
                act()
        with self.assertRaises(psycopg2.errors.RestrictViolation), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE rc_commission_fact SET net = 1 WHERE id = %s", [fact.id])

    # ------------------------------------------------------------------
    # Ranks
    # ------------------------------------------------------------------

    def test_a_rank_rises_at_once_and_the_sale_that_made_it_earns_by_the_old_one(self):
        self.only(self.a_plan_in_force(a_ladder_plan()))
        for name in ("A", "B", "C"):
            self.sell(self.bind(self.a_member(name), self.top))
        self.assertEqual(self.awards_of(self.top).mapped("amount"), [2.5, 2.5, 5.0])
        rank = self.env["rc.commission.rank"].search([("partner_id", "=", self.top.id)])
        self.assertEqual(
            (rank.rank, rank.before, rank.since, rank.cause, rank.is_current),
            ("mid", "low", JAN, "met", True),
        )

    def test_a_granted_rank_pays_from_the_next_sale_and_is_logged(self):
        self.only(self.a_plan_in_force(a_ladder_plan()))
        manager = new_test_user(
            self.env, "net_boss", groups="base.group_user,rc_membership.group_program_manager"
        )
        ranks = self.env["rc.commission.rank"].with_user(manager)
        granted = ranks._grant(self.top, "club", "given", JAN, "Opened the city")
        self.assertEqual(
            (granted.rank, granted.cause, granted.reason, granted.user_id),
            ("given", "grant", "Opened the city", manager),
        )
        self.assertEqual(ranks._grant(self.top, "club", "given", JAN, "again"), granted)
        self.sell(self.bind(self.a_member(), self.top))
        self.assertEqual(self.awards_of(self.top).mapped("amount"), [12.5])

    def test_only_program_managers_grant_and_only_what_a_plan_has(self):
        self.only(self.a_plan_in_force(a_ladder_plan()))
        ranks = self.env["rc.commission.rank"]
        with self.assertRaises(AccessError):
            ranks.with_user(self.sara)._grant(self.top, "club", "given", JAN, "friend")
        for ladder, rank in (("club", "king"), ("clubs", "mid")):
            with self.assertRaises(ValidationError):
                ranks._grant(self.top, ladder, rank, JAN, "typo")
        self.assertIsNone(self.rank_of(self.top))

    # ------------------------------------------------------------------
    # Placement
    # ------------------------------------------------------------------

    def test_without_a_place_of_their_own_people_stand_under_their_sponsor(self):
        mia = self.bind(self.a_member(), self.top)
        self.assertEqual(self.placed_under(mia), self.top)
        self.assertEqual(
            self.env["rc.placement.edge"]._get_above(self.env.company, mia), [self.top.id]
        )

    def test_a_place_given_by_hand_ends_the_one_before(self):
        mia, leo = self.bind(self.a_member(), self.top), self.a_member("Leo")
        edges = self.env["rc.placement.edge"]
        first = edges._place(mia, leo, JAN, reason="Moved house")
        second = edges._place(mia, self.env["res.partner"], date(2026, 2, 1), reason="Alone")
        self.assertEqual(
            (first.before_id, first.parent_id, first.ended_on, first.cause),
            (self.top, leo, date(2026, 2, 1), "placed"),
        )
        self.assertEqual((second.before_id, second.parent_id), (leo, self.env["res.partner"]))

    def test_nobody_is_placed_under_somebody_below(self):
        mia = self.bind(self.a_member(), self.top)
        with self.assertRaisesRegex(UserError, "stands above"):
            self.env["rc.placement.edge"]._place(self.top, mia, JAN)
        with self.assertRaises(AccessError):
            self.env["rc.placement.edge"].with_user(self.sara)._place(mia, self.top, JAN)

    # ------------------------------------------------------------------
    # The chain: ranks, moves, reserve, all in one
    # ------------------------------------------------------------------

    def test_the_chain_of_the_specification(self):
        self.a_shipped_here("chain_2_1")
        self.a_ware("chain-package", 499)
        a = self.top
        self.env["rc.commission.rank"]._grant(a, "chain", "boss", JAN, "founder")
        b = self.bind(self.a_member("B"), a)
        b1, b2, b3 = (self.bind(self.a_member(name), b) for name in ("B1", "B2", "B3"))
        c1 = self.bind(self.a_member("C1"), b1)
        for day, buyer in enumerate((b, b1, b2), 1):
            self.sell(buyer, "chain-package", on=date(2026, 1, day))
        self.assertEqual(self.money_of(a)["accrued"], "700.00")
        self.assertEqual(self.money_of(b)["accrued"], "200.00")
        self.assertEqual(self.rank_of(b, "chain"), "boss")
        self.assertEqual(
            [self.placed_under(p) for p in (b, b1, b2)], [self.env["res.partner"], a, a]
        )
        self.sell(b3, "chain-package", on=date(2026, 1, 4))
        self.sell(c1, "chain-package", on=date(2026, 1, 5))
        self.assertEqual(
            [self.money_of(p)["accrued"] for p in (a, b, b1)], ["930.00", "500.00", "100.00"]
        )
        # an agent's awards wait by a fifth; a boss by grant has no reserve
        self.assertEqual(self.money_of(b)["reserve"], "100.00")
        self.assertNotIn("reserve", self.money_of(a))
        [pool] = self.env["rc.commission.pool"].search([("name", "=", "leaders")])
        self.assertEqual(pool.balance, 150)
        self.assertBalanced()

    def test_two_invoices_in_one_batch_are_decided_in_the_order_of_their_money(self):
        self.only(self.a_plan_in_force(a_ladder_plan()))
        moves = self.env["account.move"]
        for day, name in ((7, "A"), (5, "B"), (6, "C")):
            buyer = self.bind(self.a_member(name), self.top)
            move = self.a_direct_invoice(buyer, 100, date(2026, 1, day))
            self.pay(move, date(2026, 1, day))
            moves |= move
        moves._rc_accrue(datetime(2026, 1, 8))
        awards = self.awards_of(self.top).sorted("received_on")
        self.assertEqual(awards.mapped("amount"), [10.0, 10.0, 20.0])
        self.assertEqual(fields.Date.to_string(awards[-1].received_on), "2026-01-07")

    def test_merged_contacts_keep_one_place_and_their_history(self):
        mia, twin = (self.bind(self.a_member(name), self.top) for name in ("Mia", "Mia again"))
        leo = self.a_member("Leo")
        edges = self.env["rc.placement.edge"]
        edges._place(mia, leo, JAN)
        edges._place(twin, mia, JAN)
        self.sell(twin)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((mia | twin).ids, mia, extra_checks=False)
        self.assertEqual(self.placed_under(mia), leo)
        self.assertEqual(
            self.env["rc.commission.fact"].search([("buyer_id", "=", mia.id)]).sponsor_id, self.top
        )
