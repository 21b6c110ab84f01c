from datetime import date

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCase


class LadderCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patron = cls.env["rc.ladder"]._find("patron")
        cls.title = cls.env["rc.ladder"]._find("title")

    @classmethod
    def give_points(cls, partner, amount, on=date(2026, 3, 1)):
        key = f"test:{partner.id}:{amount}:{on}"
        cls.an_account(partner)._grant(amount, key, "test", occurred_at=cls.noon(on))
        cls.drain()

    @classmethod
    def grow(cls, partner, value, on=date(2026, 3, 1), key=None):
        entries = cls.env["rc.growth.entry"]
        moved = entries._post(
            cls.program,
            [
                {
                    "key": key or f"test:{partner.id}:{value}:{on}",
                    "partner_id": partner.id,
                    "date": on,
                    "kind": "grant",
                    "value": value,
                    "reason": "test",
                }
            ],
        )
        cls.env["rc.ladder"]._review(moved, on)

    @classmethod
    def rank_of(cls, partner, ladder="patron"):
        return partner._rc_get_ranks(ladder)[partner.id]

    @classmethod
    def history_of(cls, partner, ladder="patron"):
        rows = cls.env["rc.member.rank"].search(
            [("partner_id", "=", partner.id), ("ladder_id.code", "=", ladder)], order="id"
        )
        return [(row.before_id.code, row.rank_id.code, row.cause) for row in rows]


@tagged("post_install", "-at_install")
class TestLadder(LadderCase):
    def test_points_lift_a_member_and_the_step_keeps_its_figures(self):
        mia = self.a_member()
        self.give_points(mia, 999)
        self.assertIsNone(self.rank_of(mia))
        self.give_points(mia, 1)
        self.assertEqual(self.rank_of(mia), "l1")
        row = mia.rc_member_rank_ids
        self.assertEqual(
            (row.cause, row.values, row.since),
            ("met", {"points_earned lifetime": "1000"}, date(2026, 3, 1)),
        )
        self.assertEqual(row.values_text, "Points earned: 1000")

    def test_spending_and_taking_back_lose_no_patron_rank(self):
        mia = self.a_member()
        self.give_points(mia, 5000)
        self.an_account(mia)._spend(5000, "spend", "test")
        self.an_account(mia)._take_back(4000, "back", "test")
        self.drain()
        self.assertEqual(self.rank_of(mia), "l2")
        self.assertEqual(self.history_of(mia), [(False, "l2", "met")])

    def test_everybody_holds_the_lowest_title(self):
        mia, leo = self.a_member(), self.a_member("Leo")
        self.grow(leo, 1000)
        self.assertEqual(
            (mia | leo)._rc_get_ranks("title"), {mia.id: "apprentice", leo.id: "explorer"}
        )
        self.assertEqual(mia.rc_rank_ids.mapped("code"), ["apprentice"])

    def test_ranks_of_many_cost_the_queries_of_one(self):
        members = self.env["res.partner"].create([{"name": f"M{n}"} for n in range(60)])
        counts = []
        for some in (members[:1], members):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._rc_get_ranks("patron")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_a_bought_rank_stays_and_the_same_key_buys_once(self):
        mia = self.a_member()
        for _time in range(2):
            self.patron._grant(mia, "l2", "purchase", "line:1", date(2026, 3, 1), "Partner L2")
        self.patron._grant(mia, "l1", "purchase", "line:2", date(2026, 3, 2), "Partner L1")
        self.assertEqual(self.history_of(mia), [(False, "l2", "purchase")])
        self.assertEqual(mia.rc_member_rank_ids.floor_id.code, "l2")

    def test_an_undone_purchase_takes_its_rank_and_only_that(self):
        mia = self.a_member()
        self.patron._grant(mia, "l1", "purchase", "line:1", date(2026, 3, 1))
        self.patron._grant(mia, "l3", "purchase", "line:2", date(2026, 3, 2))
        for _time in range(2):
            self.patron._take_back("line:2", date(2026, 3, 3), "refunded")
        self.assertEqual(self.rank_of(mia), "l1")
        self.assertEqual(self.history_of(mia)[-1], ("l3", "l1", "undone"))
        self.patron._take_back("line:1", date(2026, 3, 4))
        self.assertIsNone(self.rank_of(mia))
        self.assertEqual(len(self.history_of(mia)), 4)

    def test_a_grant_may_be_taken_away(self):
        mia = self.a_member()
        self.patron._grant(mia, "l2", "grant", "g1", date(2026, 3, 1), "for her help")
        self.patron._grant(mia, None, "grant", "g2", date(2026, 3, 2), "a mistake")
        self.assertIsNone(self.rank_of(mia))
        with self.assertRaises(ValueError):
            self.patron._grant(mia, "l9", "grant", "g3", date(2026, 3, 2))

    def test_history_is_never_changed_by_anybody(self):
        mia = self.a_member()
        self.give_points(mia, 1000)
        row = mia.rc_member_rank_ids
        for change in (lambda: row.write({"reason": "x"}), row.unlink, lambda: row.copy()):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        for statement in (
            "UPDATE rc_member_rank SET reason = 'x' WHERE id = %s",
            "DELETE FROM rc_member_rank WHERE id = %s",
        ):
            with (
                self.assertRaises(psycopg2.Error),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [row.id])
        self.assertEqual(self.env["rc.member.rank"]._get_missing_protection(), [])
        self.assertEqual(self.env["rc.growth.entry"]._get_missing_protection(), [])

    def test_growth_is_counted_once_a_key_and_the_value_is_the_sum(self):
        mia = self.a_member()
        for _time in range(2):
            self.grow(mia, 1200, key="once")
        self.grow(mia, -300)
        accounts = self.env["rc.growth.account"]
        self.assertEqual(accounts.search([("partner_id", "=", mia.id)]).value, 900)
        self.assertEqual(accounts._get_imbalances(), [])

    def test_members_are_found_by_their_rank(self):
        mia, leo = self.a_member(), self.a_member("Leo")
        self.give_points(mia, 1000)
        self.give_points(leo, 1000)
        self.give_points(leo, 5000)
        l1 = self.patron.rank_ids.filtered(lambda rank: rank.code == "l1")
        found = self.env["res.partner"].search([("rc_rank_ids", "in", l1.ids)])
        self.assertIn(mia, found)
        self.assertNotIn(leo, found)
        self.assertIn(leo, self.env["res.partner"].search([("rc_rank_ids.code", "=", "l2")]))

    def test_merged_contacts_keep_the_highest_rank_and_all_growth(self):
        for target_first in (True, False):
            with self.subTest(target_first=target_first):
                one, two = self.a_member("One"), self.a_member("Two")
                self.give_points(one, 5000)
                self.patron._grant(two, "l1", "purchase", f"line:{two.id}", date(2026, 3, 2))
                self.grow(one, 900)
                self.grow(two, 200)
                source, target = (two, one) if target_first else (one, two)
                wizard = self.env["base.partner.merge.automatic.wizard"].create({})
                wizard._merge((source | target).ids, target)
                self.drain()
                self.assertEqual(self.rank_of(target), "l2")
                newest = self.env["rc.member.rank"].search(
                    [("partner_id", "=", target.id), ("is_current", "=", True)]
                )
                patron = newest.filtered(lambda row: row.ladder_id == self.patron)
                self.assertEqual(patron.floor_id.code, "l1")
                accounts = self.env["rc.growth.account"]
                self.assertEqual(accounts.search([("partner_id", "=", target.id)]).value, 1100)
                self.assertEqual(accounts._get_imbalances(), [])
