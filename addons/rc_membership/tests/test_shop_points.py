"""Points at the shop's checkout: a big spend asks a second time before money moves."""

from odoo import Command, http
from odoo.tests import HttpCase, tagged

from .common import an_address
from .test_point_lots import PointsCase


@tagged("post_install", "-at_install")
class TestShopPoints(PointsCase, HttpCase):
    def test_a_big_spend_is_paid_only_after_the_second_yes(self):
        user = self.a_portal_user("points_shopper")
        user.partner_id.write({"email": "shopper@example.com", **an_address(self.env)})
        account = self.an_account(user.partner_id)
        account._grant(500, "start", "start")
        self.program.point_confirm_above = 300
        self.program.loyalty_program_id.reward_ids.discount = 0.01
        tea = self.env["product.product"].create(
            {
                "name": "Tea",
                "type": "service",
                "list_price": 9,
                "taxes_id": [Command.clear()],
                "website_published": True,
                "sale_ok": True,
            }
        )
        self.env.flush_all()
        self.authenticate("points_shopper", "points_shopper")
        self.make_jsonrpc_request(
            "/shop/cart/add",
            {"product_template_id": tea.product_tmpl_id.id, "product_id": tea.id, "quantity": 1},
        )
        order = self.env["sale.order"].search([("partner_id", "=", user.partner_id.id)], limit=1)
        order._update_programs_and_rewards()
        rewards = order._get_claimable_rewards()
        order._apply_program_reward(rewards[account.card_id], account.card_id)
        self.env.flush_all()
        self.assertEqual(order.rc_points_to_confirm, 500)
        page = self.url_open("/shop/payment").text
        self.assertIn("Please confirm your points.", page)
        self.assertIn("Yes, spend these points", page)
        with self.refused("review_required"):
            order._rc_check_points()
        self.url_open("/shop/points/confirm", data={"csrf_token": http.Request.csrf_token(self)})
        self.env.invalidate_all()
        self.assertEqual((order.rc_confirmed_points, order.rc_points_to_confirm), (500, 0))
        page = self.url_open("/shop/payment").text
        self.assertNotIn("Please confirm your points.", page)
        order.action_confirm()
        self.assertEqual(self.balances(account), {})
