from datetime import timedelta

from odoo.tests import tagged

from .common import ReferralHttpCase


@tagged("post_install", "-at_install")
class TestShop(ReferralHttpCase):
    def setUp(self):
        super().setUp()
        plan = self.a_plan("premium-month")
        plan.product_tmpl_id.is_published = True
        self.plan = plan

    def fill_cart(self):
        self.make_jsonrpc_request(
            "/shop/cart/add",
            {
                "product_template_id": self.plan.product_tmpl_id.id,
                "product_id": self.plan.id,
                "quantity": 1,
            },
        )
        return self.cart()

    def cart(self):
        return self.env["sale.order"].search(
            [("website_id", "!=", False)], order="id desc", limit=1
        )

    def apply_code(self, code):
        page = self.url_open("/shop/cart").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open("/shop/referral", data={"csrf_token": token, "code": code})

    def test_a_guest_who_clicked_before_filling_the_cart_is_known(self):
        self.authenticate(None, None)
        self.get("/ref/STUDIOTEST")
        order = self.fill_cart()
        self.assertEqual(order.rc_visitor, self.touches().visitor)
        order.partner_id = self.a_participant("Guest Test")
        later = self.touches().at + timedelta(minutes=5)
        attribution = self.env["rc.attribution"]._decide_for_order(order, later)
        self.assertEqual((attribution.winner_id, attribution.evidence), (self.studio, "link"))

    def test_a_guest_who_clicks_with_a_full_cart_is_known(self):
        self.authenticate(None, None)
        order = self.fill_cart()
        self.assertFalse(order.rc_visitor)
        self.get("/ref/STUDIOTEST")
        self.assertEqual(order.rc_visitor, self.touches().visitor)

    def test_a_code_is_typed_on_the_cart_and_checked_at_once(self):
        self.authenticate(None, None)
        order = self.fill_cart()
        page = self.apply_code("NOBODY").text
        self.assertIn("do not know", page)
        self.assertFalse(order.rc_typed_code_id)
        page = self.apply_code("studio-test").text
        self.assertIn("Code of", page)
        self.assertIn("Studio Test", page)
        self.assertNotIn("do not know", page)
        self.assertEqual(order.rc_typed_code_id, self.code)
        self.apply_code("")
        self.assertFalse(order.rc_typed_code_id)

    def test_the_own_code_is_refused_on_the_cart(self):
        user = self.a_portal_user("shop_owner")
        self.authenticate("shop_owner", "shop_owner")
        order = self.fill_cart()
        page = self.apply_code(user.partner_id._rc_get_main_code().code).text
        self.assertIn("your own code", page)
        self.assertFalse(order.rc_typed_code_id)

    def test_typing_a_code_without_a_cart_makes_none(self):
        self.authenticate(None, None)
        page = self.url_open("/web/signup").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        orders = self.env["sale.order"].search_count([])
        answer = self.url_open("/shop/referral", data={"csrf_token": token, "code": "STUDIOTEST"})
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.env["sale.order"].search_count([]), orders)
