from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import CounterCase


@tagged("post_install", "-at_install")
class TestCounterScreen(CounterCase, HttpCase):
    """The screen of the counter, walked by a cashier; without a browser it is skipped by name."""

    def test_a_plan_is_sold_and_paid_in_part_by_points(self):
        self.program.point_confirm_above = 500
        mia = self.a_member("Counter Mia")
        account = self.an_account(mia)
        account._grant(1000, "test:points", "Test")
        category = self.env["pos.category"].create({"name": "Tour"})
        plan = self.a_plan("pro-month")
        plan.write({"name": "Counter Plan", "pos_categ_ids": [Command.set(category.ids)]})
        self.config.write(
            {
                "limit_categories": True,
                "iface_available_categ_ids": [Command.set(category.ids)],
            }
        )
        self.pos_session.set_opening_control(0, "")
        self.start_tour(
            f"/pos/ui/{self.config.id}",
            "rc_counter_plan_paid_in_part_by_points",
            login="cashier",
            timeout=180,
        )
        self.env["rc.event"]._drain()
        self.assertEqual(self.running(mia).product_id, plan)
        self.assertEqual(self.running(mia).charge_ids.invoice_id.amount_total, 5)
        order = self.pos_session.order_ids
        self.assertEqual(order.rc_confirmed_points, 1000)
        spent = self.env["rc.point.entry"].search(
            [("origin_model", "=", "pos.order"), ("origin_id", "=", order.id)]
        )
        self.assertEqual(spent.mapped("amount"), [1000])
