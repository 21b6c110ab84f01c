from datetime import date, datetime

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.rc_membership.tests.common import OnBothSizes

from .common import PartnerPortalCase


@tagged("post_install", "-at_install")
class TestTours(OnBothSizes, PartnerPortalCase, HttpCase):
    """A partner follows a customer to the statement.

    The customer's whole way lies in the past of this year, so that "this month" is empty.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].get_current_website()
        cls.website.cookies_bar = False

    def walk(self):
        today = fields.Date.today()
        first = date(today.year, 1, 5)
        mia = self.a_customer("Mia Chen", clicked_at=datetime(today.year, 1, 4, 12))
        self.buy(mia, on=first)
        self.settle(date(today.year, 2, 15), pay_on=date(today.year, 2, 20))
        self.start_tour("/my", "rc_partner_portal_dashboard", login="studio_login")


@tagged("post_install", "-at_install")
class TestActivationTour(PartnerPortalCase, HttpCase):
    def test_a_manager_activates_a_partner(self):
        new_test_user(
            self.env,
            "tour_manager",
            groups="sales_team.group_sale_manager,rc_membership.group_program_manager",
        )
        venue = self.a_participant(
            "Tour Venue", email="tour.venue@example.com", rc_partner_type="venue"
        )
        self.start_tour(
            "/odoo/network-partners", "rc_partner_portal_activate", login="tour_manager"
        )
        self.assertTrue(venue.user_ids._is_portal())
