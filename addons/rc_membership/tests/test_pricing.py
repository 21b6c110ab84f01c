from lxml import html

from odoo import http
from odoo.tests import HttpCase, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestPricing(MembershipCase, HttpCase):
    """Anybody compares the tiers; members see what is theirs."""

    def get_page(self, path="/membership"):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def read_card(self, page, tier):
        [card] = page.xpath(f"//section[@data-name='{tier}']")
        return " ".join(card.text_content().split())

    def choose(self, product_id):
        self.url_open("/membership")
        token = http.Request.csrf_token(self)
        return self.url_open(
            "/membership/choose", data={"product_id": product_id, "csrf_token": token}
        )

    def test_a_visitor_sees_every_tier_with_its_monthly_price(self):
        page = self.get_page()
        names = page.xpath("//section[contains(@class, 'rc_pricing_card')]/@data-name")
        self.assertEqual(names, ["free", "pro", "premium", "ultimate", "team"])
        self.assertIn("25.00", self.read_card(page, "premium"))
        self.assertIn("Start for free", self.read_card(page, "free"))

    def test_by_the_year_ten_months_are_paid(self):
        text = self.read_card(self.get_page("/membership?period=year"), "pro")
        self.assertIn("150.00", text)
        self.assertIn("12.50", text)
        self.assertIn("2 months free", text)

    def test_an_unknown_period_shows_the_months(self):
        self.assertIn("15.00", self.read_card(self.get_page("/membership?period=<b>"), "pro"))

    def test_an_unpublished_plan_is_not_offered(self):
        self.a_plan("pro-month").product_tmpl_id.is_published = False
        page = self.get_page()
        self.assertFalse(page.xpath("//section[@data-name='pro']"))

    def test_a_member_sees_the_own_tier_and_changes_the_plan_elsewhere(self):
        user = self.a_portal_user("pricing-member")
        self.buy(user.partner_id, "premium-month")
        self.authenticate("pricing-member", "pricing-member")
        page = self.get_page()
        self.assertIn("Your tier", self.read_card(page, "premium"))
        self.assertIn("Your membership", self.read_card(page, "premium"))
        self.assertIn("Change to this plan", self.read_card(page, "ultimate"))

    def test_what_is_no_plan_cannot_be_chosen(self):
        self.authenticate(None, None)
        other = self.env["product.template"].create({"name": "Mug", "is_published": True})
        for product_id in (other.id, 0, "x", ""):
            self.assertEqual(self.choose(product_id).status_code, 404)
