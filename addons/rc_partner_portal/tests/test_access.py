from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DESK, FINANCE, PartnerPortalCase

STAFF_ONLY = ("rc_partner_type", "rc_partner_state", "rc_click_count", "rc_sale_count")


@tagged("post_install", "-at_install")
class TestAccess(PartnerPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.a_participant("Desk Test", parent_id=cls.studio.id)
        cls.desk_user = cls.a_login("desk_login", cls.desk, DESK)
        cls.clerk = cls.a_participant("Clerk Test", parent_id=cls.studio.id)
        cls.clerk_user = cls.a_login("clerk_login", cls.clerk, FINANCE)
        cls.visitor_user = cls.a_portal_user("plain_member")

    def owner(self, user):
        return user._rc_get_network_owner()

    def test_a_partner_owns_their_figures_and_staff_see_the_studios(self):
        self.assertEqual(self.owner(self.studio_user), self.studio)
        self.assertEqual(self.owner(self.desk_user), self.studio)
        self.assertEqual(self.owner(self.clerk_user), self.studio)
        self.assertFalse(self.owner(self.visitor_user))

    def test_a_contact_of_the_studio_without_a_role_sees_nothing(self):
        friend = self.a_participant("Friend Test", parent_id=self.studio.id)
        user = self.a_login("friend_login", friend, "base.group_portal,rc_membership.group_member")
        self.assertFalse(self.owner(user))

    def test_a_promoter_without_type_owns_their_own_figures(self):
        user = self.a_portal_user(
            "promoter_login", "base.group_portal,rc_membership.group_promoter"
        )
        self.assertEqual(self.owner(user), user.partner_id)
        self.assertTrue(user._rc_may_see_earnings(user.partner_id))

    def test_earnings_are_for_the_owner_and_the_finance_role_of_the_own_studio(self):
        seen = {
            user.login: user._rc_may_see_earnings(self.studio)
            for user in (self.studio_user, self.desk_user, self.clerk_user, self.rival_user)
        }
        self.assertEqual(
            seen,
            {
                "studio_login": True,
                "desk_login": False,
                "clerk_login": True,
                "rival_login": False,
            },
        )

    def test_portal_users_read_none_of_our_fields_even_of_themselves(self):
        partner = self.studio.with_user(self.studio_user)
        self.assertEqual(partner.name, "Studio Test")
        for name in STAFF_ONLY:
            with self.subTest(name), self.assertRaises(AccessError):
                partner.read([name])

    def test_portal_users_cannot_change_their_type_grade_or_role(self):
        partner = self.studio.with_user(self.studio_user)
        grade = self.env.ref("rc_partner_portal.res_partner_grade_global")
        for vals in ({"rc_partner_type": "venue"}, {"grade_id": grade.id}):
            with self.subTest(vals), self.assertRaises(AccessError):
                partner.write(vals)
        self.assertEqual(self.studio.rc_partner_type, "reseller")

    def test_the_buttons_ask_for_rights(self):
        seller = new_test_user(
            self.env,
            "button_seller",
            groups="sales_team.group_sale_salesman,rc_membership.group_salesperson",
        )
        action = self.studio.with_user(seller).action_rc_view_clicks()
        self.assertEqual(action["res_model"], "rc.touch")
        for name in ("action_rc_view_clicks", "action_rc_view_sales"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(self.rival.with_user(self.studio_user), name)()

    def test_a_manager_keeps_grades_and_partners_without_other_rights(self):
        manager = new_test_user(
            self.env, "lone_manager", groups="rc_membership.group_program_manager"
        )
        partner = (
            self.env["res.partner"]
            .with_user(manager)
            .create({"name": "New Partner", "rc_partner_type": "venue"})
        )
        partner.grade_id = self.env.ref("rc_partner_portal.res_partner_grade_premium")
        grade = self.env["res.partner.grade"].with_user(manager).create({"name": "Silver Plus"})
        self.assertEqual(grade.name, "Silver Plus")

    def test_counts_on_the_contact_are_those_of_the_readers_companies(self):
        self.a_click(self.code)
        self.a_click(self.code, agent="Googlebot/2.1")
        self.buy(self.a_customer("Mia Chen"))
        self.assertEqual((self.studio.rc_click_count, self.studio.rc_sale_count), (2, 1))
        other = self.env["res.company"].create({"name": "Second Company"})
        elsewhere = self.studio.with_context(allowed_company_ids=other.ids)
        self.assertEqual((elsewhere.rc_click_count, elsewhere.rc_sale_count), (0, 0))
