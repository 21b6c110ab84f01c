"""Promotions and growth rules for some members only: by tags, or by a segment."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_packages import DAY, PackageCase


@tagged("post_install", "-at_install")
class TestAudience(PackageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rc.package.promotion"].search([]).active = False
        cls.gold = cls.env["res.partner.category"].create({"name": "Gold circle"})
        cls.mia = cls.a_member(category_id=[Command.set(cls.gold.ids)])
        cls.leo = cls.a_member("Leo")

    def a_promotion(self, kind, **values):
        base = {"name": kind, "code": f"only_{kind}", "program_id": self.program.id, "kind": kind}
        return self.env["rc.package.promotion"].create(
            {"tag_ids": [Command.set(self.gold.ids)], **base, **values}
        )

    def test_a_promotion_gives_to_members_with_its_tag_alone(self):
        self.a_promotion("holiday", percent=30, date_from=DAY)
        for partner in (self.mia, self.leo):
            self.buy(partner, "starter", DAY)
        # 99 CNY: 1000 and 100 of the package's own
        self.assertEqual((self.points(self.mia)[0], self.points(self.leo)[0]), (1430, 1100))

    def test_steps_of_a_month_are_for_a_segment(self):
        steps = [Command.create({"threshold": 50, "points": 70})]
        segment = f"[('name', '=', '{self.leo.name}')]"
        self.a_promotion("month_steps", tag_ids=False, member_domain=segment, step_ids=steps)
        for partner in (self.mia, self.leo):
            self.buy(partner, "starter", DAY)
        self.assertEqual((self.points(self.mia)[0], self.points(self.leo)[0]), (1100, 1170))

    def test_the_board_counts_those_it_is_for(self):
        steps = [Command.create({"threshold": 1, "points": 5000})]
        board = self.a_promotion("board", step_ids=steps)
        for partner in (self.leo, self.mia):
            self.buy(partner, "starter", DAY)
        [place] = board._read_running_board(DAY)
        self.assertEqual((place[0], place[1], int(place[3])), (1, self.mia, 5000))

    def test_a_lower_price_is_for_everybody(self):
        with self.assertRaises(ValidationError):
            self.a_promotion("price_cut", percent=10, date_from=DAY)

    def test_a_filter_that_is_none_is_refused(self):
        with self.assertRaises(ValidationError):
            self.a_promotion("holiday", percent=30, member_domain="[('no_such', '=', 1)]")

    def test_members_with_the_tag_grow(self):
        self.program.write({"growth_model": "behaviour", "growth_since": DAY})
        rules = self.env["rc.growth.rule"]
        rules.search([]).active = False
        base = {"program_id": self.program.id, "tag_ids": [Command.set(self.gold.ids)]}
        rules.create(
            [
                {**base, "name": "Dance", "code": "d", "activity_kind": "dance", "value": 7},
                {**base, "name": "Paid", "code": "p", "event": "payment", "factor": 1},
            ]
        )
        for partner in (self.mia, self.leo):
            self.env["rc.activity"]._record(
                partner, "dance", 1, f"dance:{partner.id}", self.noon(DAY)
            )
            self.buy(partner, "premium-month", DAY)
        entries = self.env["rc.growth.entry"].search(
            [("partner_id", "in", (self.mia | self.leo).ids), ("rule_id", "!=", False)]
        )
        self.assertEqual(entries.partner_id, self.mia)
        self.assertEqual(sorted(entries.rule_id.mapped("name")), ["Dance", "Paid"])
