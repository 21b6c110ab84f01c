from odoo.tests import HttpCase, tagged

from .common import MembershipCase, OnBothSizes


@tagged("post_install", "-at_install")
class TestPricingTour(OnBothSizes, MembershipCase, HttpCase):
    """A visitor compares, chooses, and thinks again."""

    def walk(self):
        self.start_tour("/membership", "rc_membership_pricing")
