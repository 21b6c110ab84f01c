from datetime import date, timedelta

from odoo.tests import HttpCase, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestPrograms(MembershipCase, HttpCase):
    """A studio's own program beside the platform's: one person, several memberships."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.studio = cls.a_member("Bamboo Studio")
        cls.own = cls.env["rc.program"].create(
            {"name": "Bamboo Club", "code": "bamboo-club", "owner_id": cls.studio.id}
        )
        cls.gold = cls.env["rc.tier"].create(
            {"name": "Bamboo Gold", "code": "gold", "program_id": cls.own.id, "sequence": 20}
        )
        cls.env["rc.tier"].create(
            {
                "name": "Bamboo Guest",
                "code": "guest",
                "program_id": cls.own.id,
                "is_default": True,
            }
        )
        cls.plan = cls.env["product.product"].create(
            {
                "name": "Bamboo Gold – Month",
                "default_code": "bamboo-gold-month",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 30,
                "taxes_id": False,
                "rc_tier_id": cls.gold.id,
                "rc_period_unit": "month",
                "is_published": True,
            }
        )
        cls.user = cls.a_portal_user("two-programs")
        cls.member = cls.user.partner_id

    def buy_both(self):
        today = date.today()
        self.buy(self.member, "premium-month", today)
        self.buy(self.member, "bamboo-gold-month", today)

    def test_one_person_has_a_tier_in_each(self):
        self.buy_both()
        tiers = self.env["rc.subscription"]
        today = date.today()
        self.assertEqual(
            [
                tiers._get_tiers(self.member, program, today)[self.member.id].code
                for program in (self.program, self.own)
            ],
            ["premium", "gold"],
        )
        self.assertEqual(self.member.rc_tier_id.code, "premium")

    def test_plans_of_two_programs_do_not_change_each_other(self):
        self.buy_both()
        runs = self.env["rc.subscription"].search([("partner_id", "=", self.member.id)])
        self.assertEqual(runs.mapped("charge_ids.kind"), ["first", "first"])
        self.assertEqual(set(runs.mapped("state")), {"active"})

    def test_points_of_two_programs_are_two_balances(self):
        for program, points in ((self.program, 5), (self.own, 7)):
            account = self.env["rc.point.account"]._get_or_create(self.member, program)
            account._grant(points, f"two:{program.id}", "test")
        accounts = self.member.rc_point_account_ids
        self.assertEqual(sorted(accounts.mapped("available")), [5, 7])
        self.assertEqual(len(accounts.card_id), 2)

    def test_the_page_has_a_switch_only_for_who_is_in_both(self):
        self.authenticate("two-programs", "two-programs")
        self.assertNotIn("Bamboo Club", self.url_open("/my/membership").text)
        self.buy_both()
        page = self.url_open("/my/membership").text
        self.assertIn("Bamboo Club", page)
        self.assertIn("Premium", page)
        self.assertIn("Bamboo Gold", self.url_open("/my/membership?program=bamboo-club").text)

    def test_a_foreign_program_shows_the_platforms_page(self):
        self.authenticate("two-programs", "two-programs")
        page = self.url_open("/my/membership?program=bamboo-club").text
        self.assertNotIn("Bamboo Guest", page)

    def test_a_studios_plans_are_public_when_the_website_sells_them(self):
        page = self.url_open("/membership?program=bamboo-club")
        self.assertIn("Bamboo Gold", page.text)
        self.assertIn("30.00", page.text)
        self.plan.is_published = False
        self.assertEqual(self.url_open("/membership?program=bamboo-club").status_code, 404)
        self.assertEqual(self.url_open("/membership?program=nobody").status_code, 404)

    def test_a_tier_held_as_a_gift_makes_somebody_a_member_of_it(self):
        today = date.today()
        self.env["rc.tier.cover"]._give(
            self.member, self.gold, today, today + timedelta(days=7), "gift", "two:gift"
        )
        self.assertEqual(
            self.env["rc.program"]._get_programs_of(self.member), self.program | self.own
        )
