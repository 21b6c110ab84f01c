from odoo.tests import HttpCase, tagged

from .common import MembershipCase, OnBothSizes, an_address


@tagged("post_install", "-at_install")
class TestPackageTour(OnBothSizes, MembershipCase, HttpCase):
    """A new member buys a package with the first-purchase bonus, and asks for its refund."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        provider = cls.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", cls.company.id)], limit=1
        )
        if not provider:
            raise cls.failureException("the tours need the module payment_demo")
        provider.write({"state": "test", "is_published": True})
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.env.ref("base.CNY").id, "name": "2020-01-02", "rate": 7.0}
        )
        cls.user = cls.a_portal_user("tour-packages")
        cls.user.partner_id.write(
            {
                "name": "Tour Packages",
                "email": "tour-packages@example.com",
                **an_address(cls.env),
            }
        )

    def walk(self):
        self.start_tour("/my/packages", "rc_membership_buy_package", login="tour-packages")
        self.drain()
        purchase = self.env["rc.package.purchase"].search(
            [("partner_id", "=", self.user.partner_id.id)]
        )
        self.assertEqual((purchase.points_total, purchase.state), (1650, "granted"))
        self.start_tour("/my/packages", "rc_membership_refund_package", login="tour-packages")
        self.assertEqual(purchase.refund_ids.mapped("state"), ["requested"])

    def test_a_foreign_purchase_is_an_unknown_page(self):
        self.authenticate("tour-packages", "tour-packages")
        for path, data in (
            ("/my/packages/refund", {"purchase_id": "999999"}),
            ("/my/packages/refund", {"purchase_id": "1 or 1"}),
            ("/my/packages/buy", {"package": "starter", "quantity": "-3"}),
            ("/my/packages/buy", {"package": "starter", "quantity": "0"}),
            ("/my/packages/buy", {"package": "nothing"}),
            ("/my/packages/group/start", {"package": "nothing"}),
        ):
            with self.subTest(path, data=data):
                token = self.csrf_token()
                answer = self.url_open(path, data={**data, "csrf_token": token})
                self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.url_open("/my/packages/group/NOSUCH").status_code, 404)

    def test_the_link_of_a_group_names_our_host_whatever_the_browser_says(self):
        self.env["ir.config_parameter"].set_param("web.base.url", "https://club.example.com")
        self.authenticate("tour-packages", "tour-packages")
        data = {"package": "starter", "csrf_token": self.csrf_token()}
        page = self.url_open("/my/packages/group/start", data=data, allow_redirects=False)
        path = page.headers["Location"].partition("/my/")[2]
        text = self.url_open(f"/my/{path}").text  # the browser says 127.0.0.1
        self.assertIn(f"https://club.example.com/my/{path}", text)

    def test_over_the_limit_the_page_says_so_and_the_cart_stays_empty(self):
        self.authenticate("tour-packages", "tour-packages")
        answer = self.url_open(
            "/my/packages/buy",
            data={"package": "partner-l3", "quantity": "2", "csrf_token": self.csrf_token()},
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("50,000.00", answer.text)
        orders = self.env["sale.order"].search([("partner_id", "=", self.user.partner_id.id)])
        self.assertFalse(orders.order_line)

    def test_without_an_exchange_rate_the_page_shows_the_package_and_says_why(self):
        cny = self.env.ref("base.CNY")
        other = self.company.currency_id
        self.env["res.currency.rate"].search([("currency_id", "in", (cny | other).ids)]).unlink()
        package = self.env.ref("rc_membership.package_starter")
        package.invalidate_recordset(["is_payable"])
        self.assertFalse(package.is_payable)
        self.authenticate("tour-packages", "tour-packages")
        text = self.url_open("/my/packages").text
        self.assertIn("we have no exchange rate for it", text)
        self.assertIn("99.00", text)
        self.assertNotIn("Buy Starter", text)

    def csrf_token(self):
        return (
            self.url_open("/my/packages").text.split('name="csrf_token" value="')[1].split('"')[0]
        )
