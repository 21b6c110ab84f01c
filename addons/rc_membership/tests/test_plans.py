from datetime import date

from odoo import Command

from .common import MembershipCase

START = date(2026, 3, 1)


class TestPlans(MembershipCase):
    """Plans for schools and companies, and a bundle of two programs."""

    def subscription_after(self, item):
        partner = self.a_member(item)
        self.buy(partner, item, START)
        return self.env["rc.subscription"]._get_running(partner, self.program)

    def test_a_school_pays_a_semester_and_its_students_sit(self):
        school = self.subscription_after("school-semester")
        self.assertEqual(school.period_end, date(2026, 9, 1))
        self.assertEqual(school.seat_count, 10)
        price, half = school._get_seat_price(1, date(2026, 6, 1))
        self.assertEqual((price, half), (250, 125))  # 92 of 184 days are left

    def test_a_school_year_has_ten_months(self):
        self.assertEqual(self.subscription_after("school-year").period_end, date(2027, 1, 1))

    def test_a_company_pays_the_year_twenty_percent_below_the_list(self):
        corporate, team = self.a_plan("corporate-year"), self.a_plan("team-year")
        self.assertEqual(corporate.lst_price * 5, team.lst_price * 4)

    def test_three_years_are_paid_once_with_priority_support(self):
        company = self.subscription_after("corporate-three-years")
        self.assertEqual(company.period_end, date(2029, 3, 1))
        grants = self.env["rc.entitlement.grant"].search(
            [("partner_id", "=", company.partner_id.id)]
        )
        support = grants.filtered(lambda g: g.entitlement_id.code == "priority_support")
        self.assertEqual((support.amount, support.expires_on), (36, date(2029, 2, 28)))

    def test_a_bundle_of_two_programs_starts_both_and_splits_its_price(self):
        other = self.env["rc.program"].create(
            {"name": "Studio", "code": "bundle", "owner_id": self.a_member("Studio").id}
        )
        gold = self.env["rc.tier"].create({"name": "Gold", "code": "gold", "program_id": other.id})
        premium = self.a_plan("premium-month")
        class_plan = self.env["product.product"].create(
            {
                "name": "Gold – Month",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 75,
                "taxes_id": False,
                "rc_tier_id": gold.id,
                "rc_period_unit": "month",
            }
        )
        combos = self.env["product.combo"].create(
            [
                {"name": p.name, "combo_item_ids": [Command.create({"product_id": p.id})]}
                for p in (premium, class_plan)
            ]
        )
        bundle = self.env["product.product"].create(
            {
                "name": "Premium and Gold",
                "type": "combo",
                "list_price": 80,
                "taxes_id": False,
                "combo_ids": [Command.set(combos.ids)],
            }
        )
        member = self.a_member("Bundled")
        order = self.env["sale.order"].create(
            {"partner_id": member.id, "pricelist_id": self.pricelist.id}
        )
        lines = self.env["sale.order.line"]
        head = lines.create({"order_id": order.id, "product_id": bundle.id})
        for combo in combos:
            lines.create(
                {
                    "order_id": order.id,
                    "product_id": combo.combo_item_ids.product_id.id,
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_line_id": head.id,
                }
            )
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = START
        invoice.action_post()
        self.pay(invoice, START)
        self.drain()
        # 80.00 in the proportion of the list prices 25.00 : 75.00
        charges = {
            s.program_id: s.charge_ids.amount
            for s in self.env["rc.subscription"].search([("partner_id", "=", member.id)])
        }
        self.assertEqual(charges, {self.program: 20.00, other: 60.00})
