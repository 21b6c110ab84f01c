from odoo.tests import tagged

from .common import OnBothSizes
from .test_portal_earn import EarnPortalCase


@tagged("post_install", "-at_install")
class TestMallTour(OnBothSizes, EarnPortalCase):
    """A member checks in, finds the mall and redeems points, on a desktop and on a phone."""

    def walk(self):
        self.give(1000)
        self.start_tour("/my/membership", "rc_membership_mall", login="earn-mia")
        self.assertEqual(self.points(), 1000 + 1 - 200)
        [order] = self.env["rc.mall.order"].search([("partner_id", "=", self.mia.id)])
        self.assertEqual((order.item_id.code, order.state), ("title-lightbringer", "done"))
