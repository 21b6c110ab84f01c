from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import PartnerPortalCase


@tagged("post_install", "-at_install")
class TestActivation(PartnerPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "portal_manager", groups="rc_membership.group_program_manager"
        )
        cls.seller = new_test_user(
            cls.env,
            "portal_seller",
            groups="sales_team.group_sale_salesman,rc_membership.group_salesperson",
        )
        cls.fresh = cls.a_participant(
            "Fresh Studio", is_company=True, email="fresh@example.com", rc_partner_type="venue"
        )

    def activate(self, partner=None, user=None):
        return (partner or self.fresh).with_user(user or self.manager).action_rc_activate_partner()

    def test_activation_gives_login_role_code_grade_and_date(self):
        self.assertEqual(self.fresh.rc_partner_state, "new")
        self.activate()
        user = self.fresh.user_ids
        self.assertEqual(user.login, "fresh@example.com")
        self.assertTrue(user._is_portal())
        self.assertTrue(user.has_group("rc_membership.group_partner_finance"))
        self.assertEqual(self.fresh._rc_get_main_code().kind, "invite")
        self.assertEqual(
            self.fresh.grade_id, self.env.ref("rc_partner_portal.res_partner_grade_standard")
        )
        self.assertTrue(self.fresh.date_partnership)
        self.assertEqual(self.fresh.rc_partner_state, "invited")

    def test_the_invitation_is_mailed_to_the_partner_once(self):
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        self.activate()
        self.activate()
        sent = mails.search([]) - before
        self.assertEqual((len(sent), sent.recipient_ids), (1, self.fresh))

    def test_doing_it_again_adds_nothing(self):
        self.activate()
        before = (self.fresh.user_ids, self.fresh.sudo().rc_code_ids, self.fresh.grade_id)
        self.fresh.grade_id = self.env.ref("rc_partner_portal.res_partner_grade_global")
        self.activate()
        self.assertEqual((self.fresh.user_ids, self.fresh.sudo().rc_code_ids), before[:2])
        self.assertEqual(self.fresh.grade_id.name, "Global")

    def test_an_affiliate_becomes_a_promoter(self):
        kol = self.a_participant("Luna Test", email="luna.test@example.com")
        kol.rc_partner_type = "affiliate"
        self.activate(kol)
        self.assertTrue(kol.user_ids.has_group("rc_membership.group_promoter"))
        self.assertFalse(kol.user_ids.has_group("rc_membership.group_partner"))

    def test_a_contact_without_type_or_mail_is_refused_and_left_alone(self):
        nobody = self.a_participant("Nobody Test", email="nobody.test@example.com")
        silent = self.a_participant("Silent Test", rc_partner_type="venue")
        for partner in (nobody, silent):
            with self.subTest(partner.name), self.assertRaises(UserError):
                self.activate(partner)
            self.assertFalse(partner.user_ids | partner.with_context(active_test=False).user_ids)
            self.assertFalse(partner.sudo().rc_code_ids)

    def test_only_a_program_manager_activates(self):
        for user in (self.seller, self.studio_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.activate(user=user)
        self.assertFalse(self.fresh.user_ids)

    def test_only_a_program_manager_chooses_the_type(self):
        contact = self.a_participant("Contact Test")
        seller = contact.with_user(self.seller)
        with self.assertRaises(AccessError):
            seller.rc_partner_type = "venue"
        with self.assertRaises(AccessError):
            seller.create({"name": "Another", "rc_partner_type": "venue"})
        seller.write({"phone": "123", "rc_partner_type": False})  # nothing changes
        contact.with_user(self.manager).rc_partner_type = "venue"
        self.assertEqual(contact.rc_partner_type, "venue")

    def test_the_type_says_the_role_in_the_plans_but_for_staff_and_explicit_roles(self):
        staff = self.seller.partner_id
        staff.rc_partner_type = "reseller"
        explicit = self.a_participant(
            "Explicit", rc_partner_type="venue", rc_participant_role="promoter"
        )
        kol = self.a_participant("Luna Test", rc_partner_type="affiliate")
        member = self.a_participant("Member Test")
        people = self.fresh | staff | explicit | kol | member | self.studio
        self.assertEqual(
            people._rc_get_roles(),
            {
                self.fresh.id: "venue",
                staff.id: "staff",
                explicit.id: "promoter",
                kol.id: "promoter",
                member.id: "member",
                self.studio.id: "partner",
            },
        )
