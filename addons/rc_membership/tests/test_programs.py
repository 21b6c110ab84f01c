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


@tagged("post_install", "-at_install")
class TestRulesOfAProgram(MembershipCase):
    """A partner's program has its own rules: by what it sells, and for who belongs to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.env["rc.point.rule"].search([]).active = False
        cls.env["rc.growth.rule"].search([]).active = False
        cls.own = cls.env["rc.program"].create(
            {"name": "Bamboo", "code": "bamboo-rules", "owner_id": cls.a_member("Studio").id}
        )
        tiers = [{"code": "guest", "is_default": True}, {"code": "gold", "sequence": 20}]
        gold = cls.env["rc.tier"].create(
            [{"name": tier["code"], "program_id": cls.own.id, **tier} for tier in tiers]
        )[1]
        cls.plan = cls.env["product.product"].create(
            {
                "name": "Gold",
                "default_code": "bamboo-rules-gold",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 30,
                "taxes_id": False,
                "rc_tier_id": gold.id,
                "rc_period_unit": "month",
            }
        )
        cls.mia = cls.a_member()

    def a_rule(self, program, event, **values):
        values = {"name": event, "code": f"of_{event}", "program_id": program.id, **values}
        return self.env["rc.point.rule"].create({"event": event, **values})

    def points(self, partner=None):
        """Return (of the platform, of the studio)."""
        self.env.invalidate_all()
        accounts = (partner or self.mia).rc_point_account_ids
        by_program = {account.program_id: int(account.available) for account in accounts}
        return tuple(by_program.get(program, 0) for program in (self.program, self.own))

    def test_each_program_gives_for_what_it_sells(self):
        self.a_rule(self.program, "payment", points_per_unit=1)
        self.a_rule(self.own, "payment", points_per_unit=2)
        self.buy(self.mia, "bamboo-rules-gold")
        self.assertEqual(self.points(), (0, 60))
        self.buy(self.mia, "premium-month")
        self.assertEqual(self.points(), (25, 60))

    def test_an_invoice_with_plans_of_two_programs_is_shared_and_given_back(self):
        self.a_rule(self.program, "payment", points_per_unit=1)
        self.a_rule(self.own, "payment", points_per_unit=2)
        order = self.an_order(self.mia, "premium-month")
        lines = [{"product_id": self.plan.id}, {"name": "Discount", "price_unit": -11}]
        self.env["sale.order.line"].create([{"order_id": order.id, **line} for line in lines[:1]])
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_line_ids = [(0, 0, lines[1])]
        invoice.action_post()
        self.pay(invoice)
        self.drain()
        # 44 of 55 are to be paid: the discount lowers both alike
        self.assertEqual(self.points(), (20, 48))
        note = self.refund(invoice)
        self.pay(note)
        self.drain()
        self.assertEqual(self.points(), (0, 0))

    def test_a_rule_that_names_goods_gives_for_them_alone(self):
        mat = self.env["product.product"].create(
            {
                "name": "Mat",
                "default_code": "bamboo-rules-mat",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 10,
                "taxes_id": False,
            }
        )
        self.a_rule(self.own, "payment", points_per_unit=3, product_ids=mat.ids)
        self.buy(self.mia, "bamboo-rules-mat")
        self.buy(self.mia, "bamboo-rules-gold")
        self.assertEqual(self.points(), (0, 30))

    def test_check_ins_and_activities_give_by_the_rules_of_ones_own_programs(self):
        self.a_rule(self.own, "check_in", points=4)
        self.a_rule(self.own, "activity", activity_kind="class", points=7)
        self.a_rule(self.program, "activity", activity_kind="class", points=1)
        self.buy(self.mia, "bamboo-rules-gold")
        at = self.noon(date(2026, 2, 2))
        leo = self.a_member("Leo")
        for partner in (self.mia, leo):
            self.env["rc.activity"]._record(partner, "class", 1, f"class:{partner.id}", at)
        self.env["rc.checkin"]._check_in(self.mia, self.own, at)
        self.drain()
        self.assertEqual(self.points(), (1, 11))
        self.assertEqual(self.points(leo), (1, 0))  # no member of the studio's

    def test_growth_follows_the_program_that_sells(self):
        rules = [
            {"name": "Paid", "code": "paid", "program_id": program.id, "event": "payment"}
            for program in (self.program, self.own)
        ]
        self.env["rc.growth.rule"].create(rules)
        self.own.growth_model = self.program.growth_model
        self.buy(self.mia, "bamboo-rules-gold")
        entries = self.env["rc.growth.entry"].search([("partner_id", "=", self.mia.id)])
        self.assertEqual(entries.mapped(lambda e: (e.program_id, e.value)), [(self.own, 30)])
