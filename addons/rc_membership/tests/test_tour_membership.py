from odoo.tests import HttpCase, tagged

from .common import MembershipCase, OnBothSizes, an_address


@tagged("post_install", "-at_install")
class TestMembershipTour(OnBothSizes, MembershipCase, HttpCase):
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
                **an_address(cls.env),
            }
        )

    def walk(self):
        self.start_tour("/my/membership", "rc_membership_buy", login="tour-member")
        self.drain()
        self.assertEqual(self.user.partner_id.rc_tier_id.code, "premium")
        self.start_tour("/my/membership", "rc_membership_read", login="tour-member")
        self.start_tour("/my/membership", "rc_membership_upgrade", login="tour-member")
        self.drain()
        self.assertEqual(self.user.partner_id.rc_tier_id.code, "ultimate")
        self.start_tour("/my/membership/plan", "rc_membership_cancel", login="tour-member")
