"""Owners of the shipping address's territories, by the regions it names or its city and state."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import CommissionCase

PLAN = "pay: {to: region}, rate: {by: region, table: {district: 3.00, city: 5.00, province: 8.00, area: 10.00}}"


@tagged("post_install", "-at_install")
class TestRegions(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.only(cls.a_simple_plan(PLAN))
        cls.owners = {
            level: cls.a_payee(level.title(), "partner")
            for level in ("district", "city", "province", "area")
        }
        above = cls.env["rc.region"]
        for level in ("area", "province", "city", "district"):
            above = cls.env["rc.region"].create(
                {
                    "name": level,
                    "code": level[0].upper() + "1",
                    "level": level,
                    "parent_id": above.id,
                    "owner_id": cls.owners[level].id,
                }
            )
        cls.district = above

    def earned(self):
        return {
            level: self.money_of(owner).get("accrued", "0.00")
            for level, owner in self.owners.items()
        }

    def test_each_owner_gets_their_figure_less_what_smaller_regions_took(self):
        buyer = self.a_member(rc_region_ids=[Command.set(self.district.ids)])
        self.sell(buyer)
        self.assertEqual(
            self.earned(),
            {"district": "3.00", "city": "2.00", "province": "3.00", "area": "2.00"},
        )

    def test_where_only_the_province_has_an_owner_it_takes_all_below(self):
        regions = (
            self.district | self.district.parent_id | self.district.parent_id.parent_id.parent_id
        )
        regions.owner_id = False
        self.sell(self.a_member(rc_region_ids=[Command.set(self.district.ids)]))
        self.assertEqual(self.earned()["province"], "8.00")

    def test_an_address_that_names_no_region_is_found_by_city_and_state(self):
        state = self.env.ref("base.state_us_5")
        self.district.write({"city": "san francisco", "state_id": state.id})
        self.sell(self.a_member(city="San Francisco ", state_id=state.id))
        self.assertEqual(self.earned()["district"], "3.00")
        self.sell(self.a_member("Far", city="Reno"), on=date(2026, 1, 6))
        self.assertEqual(self.earned()["district"], "3.00")

    def test_the_shipping_address_decides_not_the_buyers_own(self):
        buyer = self.a_member()
        home = self.env["res.partner"].create(
            {
                "name": "Delivery",
                "type": "delivery",
                "parent_id": buyer.id,
                "rc_region_ids": [Command.set(self.district.ids)],
            }
        )
        order = self.an_order(buyer)
        order.partner_shipping_id = home
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = date(2026, 1, 5)
        invoice.action_post()
        self.pay(invoice, date(2026, 1, 5))
        self.drain()
        self.assertEqual(self.earned()["district"], "3.00")
