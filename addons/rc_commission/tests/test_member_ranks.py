from datetime import date

from odoo.tests import tagged

from .common import CommissionCase

ON = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestMemberRanks(CommissionCase):
    """A plan's ladder and the members' of the same code tell each other what was given, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a_shipped_here("patron_dividend")
        cls.patron = cls.env["rc.ladder"]._find("patron")
        cls.mia = cls.a_member()

    def ranks_of_plans(self):
        rows = self.env["rc.commission.rank"].search(
            [("partner_id", "=", self.mia.id), ("ladder", "=", "patron")], order="id"
        )
        return [(row.rank, row.cause) for row in rows]

    def ranks_of_member(self):
        rows = self.env["rc.member.rank"].search(
            [("partner_id", "=", self.mia.id), ("ladder_id", "=", self.patron.id)], order="id"
        )
        return [(row.rank_id.code, row.cause) for row in rows]

    def test_a_grant_of_a_plan_is_the_members_rank_too_once(self):
        for _time in range(2):
            self.env["rc.commission.rank"]._grant(self.mia, "patron", "l2", ON, "test")
            self.drain()
        self.assertEqual(self.mia._rc_get_ranks("patron"), {self.mia.id: "l2"})
        self.assertEqual(self.ranks_of_plans(), [("l2", "grant")])
        self.assertEqual(self.ranks_of_member(), [("l2", "grant")])

    def test_a_rank_bought_with_a_package_holds_in_plans_once(self):
        for _time in range(2):
            self.patron._grant(self.mia, "l1", "purchase", "line:7", ON, "Partner L1")
            self.drain()
        self.assertEqual(self.ranks_of_plans(), [("l1", "purchase")])
        self.assertEqual(self.ranks_of_member(), [("l1", "purchase")])

    def test_a_smaller_purchase_lowers_no_rank_of_plans(self):
        self.patron._grant(self.mia, "l3", "grant", "g", ON)
        self.patron._grant(self.mia, "l1", "purchase", "line:7", ON)
        self.drain()
        self.assertEqual(self.ranks_of_plans(), [("l3", "grant")])

    def test_a_refunded_purchase_takes_the_rank_in_plans(self):
        self.patron._grant(self.mia, "l1", "purchase", "line:7", ON)
        self.drain()
        self.patron._take_back("line:7", ON, "refunded")
        self.drain()
        self.assertEqual(self.ranks_of_plans()[-1], (False, "grant"))
        self.assertEqual(self.ranks_of_member()[-1], (False, "undone"))

    def test_a_rank_reached_by_points_is_read_off_by_each_side(self):
        self.an_account(self.mia)._grant(1000, "test", "test", occurred_at=self.noon(ON))
        self.drain()
        self.assertEqual(self.ranks_of_member(), [("l1", "met")])
        self.assertNotIn(("l1", "grant"), self.ranks_of_plans())

    def test_ranks_of_a_partners_own_program_are_no_matter_of_plans(self):
        studio = self.env["res.partner"].create({"name": "Studio"})
        program = self.env["rc.program"].create(
            {"name": "Studio", "code": "studio_x", "owner_id": studio.id}
        )
        ladder = self.env["rc.ladder"].create(
            {
                "name": "Own",
                "code": "patron",
                "program_id": program.id,
                "rank_ids": [
                    (0, 0, {"name": "L1", "code": "l1"}),
                    (0, 0, {"name": "X", "code": "x"}),
                ],
            }
        )
        ladder._grant(self.mia, "x", "grant", "own", ON)
        self.drain()
        self.assertEqual(self.ranks_of_plans(), [])
        self.assertEqual(self.mia._rc_get_ranks("patron", program), {self.mia.id: "x"})
        self.assertEqual(self.mia._rc_get_ranks("patron"), {self.mia.id: None})
