from odoo.tests import HttpCase, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestMembershipTour(MembershipCase, HttpCase):
    """A member buys Premium in the shop with the demo provider, on a desktop and on a phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        provider = cls.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", cls.company.id)], limit=1
        )
        if not provider:
            raise cls.failureException("the tours need the module payment_demo")
        provider.write({"state": "test", "is_published": True})
        cls.user = cls.a_portal_user("tour-member")
        cls.user.partner_id.write(
            {
                "name": "Tour Member",
                "email": "tour-member@example.com",
                "phone": "+1 555 0100",
                "street": "1 Rainbow Road",
                "city": "San Francisco",
                "zip": "94102",
                "country_id": cls.env.ref("base.us").id,
                "state_id": cls.env.ref("base.state_us_5").id,
            }
        )

    def walk(self):
        self.start_tour("/my/membership", "rc_membership_buy", login="tour-member")
        self.drain()
        self.assertEqual(self.user.partner_id.rc_tier_id.code, "premium")
        self.start_tour("/my/membership", "rc_membership_read", login="tour-member")

    def test_on_a_desktop(self):
        self.browser_size = "1366x768"
        self.walk()

    def test_on_a_phone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        self.walk()
