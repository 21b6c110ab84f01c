"""Earned points become money of the commission account, in one transaction or not at all."""

from datetime import date, datetime
from decimal import Decimal

from odoo.tests import HttpCase, tagged

from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_membership.tests.common import MembershipCase

AT = datetime(2026, 1, 5, 12)


@tagged("post_install", "-at_install")
class TestConversion(MembershipCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.env["rc.point.rule"].search([("event", "=", "payment")]).active = False
        cls.program.write({"convert_tier_id": cls.env.ref("rc_membership.tier_premium").id})
        cls.user = cls.a_portal_user("convert-mia")
        cls.mia = cls.user.partner_id
        cls.buy(cls.mia, "premium-year", date(2026, 1, 1))
        cls.account = cls.an_account(cls.mia)
        cls.account._grant(2500, "test:earned", "test", occurred_at=AT)
        cls.account._grant(5000, "test:bought", "test", occurred_at=AT, kind="buy", nature="bought")

    def converts(self, points, key="c1", partner=None):
        return self.env["rc.point.conversion"]._convert(
            partner or self.mia, self.program, points, key, AT
        )

    def refused(self, code, *args, **kwargs):
        with self.assertRaises(Refusal) as caught, self.env.cr.savepoint():
            self.converts(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        self.env.invalidate_all()

    def money(self, today=date(2026, 1, 5)):
        found = self.mia._rc_get_commission_summary(today)
        return {c.name: {k: v for k, v in s.items() if v} for c, s in found.items()}

    def test_a_thousand_points_are_ten_and_payable_at_once(self):
        conversion = self.converts(1000)
        self.assertEqual(conversion, self.converts(1000))
        self.assertEqual(self.money(), {"USD": {"payable": Decimal(10), "accrued": Decimal(10)}})
        self.assertEqual(self.account._get_convertible(), 1500)
        self.assertEqual(self.account._get_balances()[self.account.id]["available"], 6500)

    def test_bought_points_never_convert(self):
        self.refused("insufficient_points", 2501)
        self.converts(2500)
        self.refused("insufficient_points", 1000, "c2")
        self.assertEqual(self.money()["USD"]["accrued"], Decimal(25))

    def test_what_cannot_be_is_refused_and_nothing_changed(self):
        leo = self.a_member("Leo")
        self.an_account(leo)._grant(2000, "test:leo", "test", occurred_at=AT)
        self.refused("tier_required", 1000, partner=leo)
        self.refused("below_minimum", 999)
        for points in (0, -1000, True, 1.5):
            self.refused("not_eligible", points)
        self.converts(1000)
        self.refused("key_conflict", 2000)
        self.program.convert_tier_id = False
        self.refused("tier_required", 1000, "c3")
        self.assertEqual(self.money()["USD"]["accrued"], Decimal(10))

    def test_it_is_billed_with_the_next_settlement_and_shown_in_the_portal(self):
        self.converts(1500)
        run = self.env["rc.settlement.run"]._start(self.company, date(2026, 1, 15))
        run._settle_all()
        [settlement] = self.env["rc.settlement"].search([("partner_id", "=", self.mia.id)])
        self.assertEqual(settlement.bill_id.amount_untaxed, 15)
        self.authenticate("convert-mia", "convert-mia")
        for path in ("/my/commissions", f"/my/commissions/settlements/{settlement.id}"):
            self.assertEqual(self.url_open(path).status_code, 200, path)
        page = self.url_open("/my/points/convert").text
        self.assertIn("Converted so far", page)

    def test_two_contacts_become_one_with_their_money(self):
        self.converts(1000)
        twin = self.a_member("Mia again")
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.mia | twin).ids, twin
        )
        self.mia = twin
        self.assertEqual(self.money()["USD"]["accrued"], Decimal(10))
