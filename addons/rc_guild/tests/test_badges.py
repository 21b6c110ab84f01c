"""Badges of Odoo show ranks and what the mall sold; they are pictures, never the truth."""

from datetime import date, datetime

from odoo.tests import new_test_user, tagged

from odoo.addons.rc_membership.tests.common import MembershipCase


@tagged("post_install", "-at_install")
class TestBadges(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "badge_mia", groups="base.group_portal")
        cls.mia = cls.user.partner_id
        cls.title = cls.env["rc.ladder"]._find("title")

    def worn(self):
        badges = self.env["gamification.badge.user"].search([("user_id", "=", self.user.id)])
        return sorted(badges.mapped("badge_name"))

    def test_the_badge_follows_the_rank(self):
        self.title._grant(self.mia, "explorer", "purchase", "a", date(2026, 3, 1))
        self.assertEqual(self.worn(), ["Mind Explorer"])
        self.title._grant(self.mia, "mentor", "purchase", "b", date(2026, 3, 2))
        self.assertEqual(self.worn(), ["Spiritual Mentor"])
        self.title._take_back("b", date(2026, 3, 3))
        self.assertEqual(self.worn(), ["Mind Explorer"])

    def test_a_badge_taken_off_changes_no_rank(self):
        self.title._grant(self.mia, "mentor", "purchase", "b", date(2026, 3, 2))
        self.title.rank_ids.gamification_badge_id.unlink()
        self.assertEqual(self.worn(), [])
        self.assertEqual(self.mia._rc_get_ranks("title"), {self.mia.id: "mentor"})

    def test_what_the_mall_sold_is_worn_and_goes_with_its_refund(self):
        self.an_account(self.mia)._grant(1000, "t", "test")
        now = datetime(2026, 3, 1, 12)
        orders = self.env["rc.mall.order"]
        for code in ("badge-early-bird", "title-lightbringer", "frame-aurora"):
            item = self.env["rc.mall.item"]._get_by_code(code, self.program)
            orders |= item._buy(self.mia, f"t:{code}", now)
        self.assertEqual(self.worn(), ["Early bird"])
        style = {"title": "Lightbringer", "frame": "aurora", "badges": ["Early bird"]}
        self.assertEqual(self.mia._rc_get_style(), style)
        for order in orders:
            order._refund(now, "test")
        self.assertEqual(self.worn(), [])
        self.assertEqual(
            self.mia._rc_get_style(), {"title": "Soul Apprentice", "frame": "", "badges": []}
        )
