from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ReferralCase

MODELS = ("rc.code", "rc.touch", "rc.sponsor.edge", "rc.attribution", "rc.reward.rule")
CLOSED = ("rc.touch", "rc.sponsor.edge", "rc.attribution")


@tagged("post_install", "-at_install")
class TestAccess(ReferralCase):
    def setUp(self):
        super().setUp()
        visitor = self.a_click(self.code)
        self.member = self.a_sign_up(visitor=visitor)
        self.user = self.member.user_ids

    def test_portal_users_and_visitors_read_nothing_of_ours(self):
        public = self.env.ref("base.public_user")
        for user in (self.user, public):
            for model in MODELS:
                with self.subTest(model, user=user.login), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_a_portal_user_cannot_read_who_brought_a_contact_or_an_order(self):
        partner = self.member.with_user(self.user)
        self.assertTrue(partner.name)
        for name in ("rc_sponsor_id", "rc_code_ids", "rc_referred_count"):
            with self.subTest(name), self.assertRaises(AccessError):
                partner.read([name])
        order = self.an_order(self.member).with_user(self.user)
        for name in ("rc_attribution_id", "rc_partner_id", "rc_typed_code_id", "rc_visitor"):
            with self.subTest(name), self.assertRaises(AccessError):
                order.read([name])

    def a_seller(self):
        return new_test_user(
            self.env,
            "access_seller",
            groups="sales_team.group_sale_manager,base.group_partner_manager,"
            "rc_membership.group_salesperson",
        )

    def test_nobody_but_the_system_says_that_an_address_is_proven(self):
        partners = self.env["res.partner"].with_user(self.a_seller())
        partners.browse(self.member.id).write({"rc_email_verified_at": "2026-01-01 00:00:00"})
        made = partners.with_context(default_rc_email_verified_at="2026-01-01 00:00:00").create(
            {"name": "New", "rc_phone_verified_at": "2026-01-01 00:00:00"}
        )
        for partner in (self.member, made):
            self.assertFalse(partner.rc_email_verified_at or partner.rc_phone_verified_at)

    def test_how_a_campaign_attributes_is_for_program_managers(self):
        seller = self.a_seller()
        campaigns = self.env["utm.campaign"].with_user(seller)
        campaign = campaigns.create({"title": "Spring", "rc_window_days": 0})
        with self.assertRaises(AccessError):
            campaign.rc_attribution_model = "first_touch"
        with self.assertRaises(AccessError):
            campaigns.with_context(default_rc_coupon_above_deal=True).create({"title": "Autumn"})
        manager = new_test_user(
            self.env, "access_campaigns", groups="rc_membership.group_program_manager"
        )
        campaign.with_user(manager).rc_attribution_model = "first_touch"

    def test_no_role_writes_facts_and_decisions_by_hand(self):
        admin = new_test_user(self.env, "access_admin", groups="rc_membership.group_administrator")
        for model in CLOSED:
            records = self.env[model].with_user(admin)
            record = records.search([], limit=1)
            self.assertTrue(record, model)
            for act in (
                lambda record=record: record.unlink(),
                lambda record=record: record.write({"code_id": False}),
                lambda records=records: records.create({}),
            ):
                with self.subTest(model), self.assertRaises(UserError):
                    act()

    def test_a_salesperson_reads_codes_and_a_manager_makes_them(self):
        manager = new_test_user(
            self.env, "access_manager", groups="rc_membership.group_program_manager"
        )
        code = self.env["rc.code"].with_user(self.sara).search([("code", "=", "STUDIOTEST")])
        self.assertEqual(code, self.code)
        with self.assertRaises(AccessError):
            code.write({"partner_id": self.sara.partner_id.id})
        with self.assertRaises(AccessError):
            self.env["rc.code"].with_user(self.sara).create(
                {"code": "MINETEST", "partner_id": self.sara.partner_id.id}
            )
        made = (
            self.env["rc.code"]
            .with_user(manager)
            .create({"code": "MANAGERTEST", "partner_id": self.rival.id})
        )
        self.assertEqual(made.company_id, self.company)

    def test_only_a_manager_gives_a_contact_a_code(self):
        contact = self.a_participant("Contact Test")
        with self.assertRaises(AccessError):
            contact.with_user(self.sara).action_rc_create_code()
        self.assertFalse(contact._rc_get_main_code())
        manager = new_test_user(
            self.env,
            "access_manager",
            groups="rc_membership.group_program_manager,base.group_partner_manager",
        )
        contact.with_user(manager).action_rc_create_code()
        self.assertEqual(contact._rc_get_main_code().kind, "invite")

    def test_another_company_sees_nothing_of_this_one(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        user = new_test_user(
            self.env,
            "access_other",
            groups="rc_membership.group_administrator",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for model in MODELS:
            with self.subTest(model):
                self.assertFalse(self.env[model].with_user(user).search([]))

    def test_the_visitors_id_and_hashes_are_for_the_system_only(self):
        touch = self.env["rc.touch"].with_user(self.sara).search([], limit=1)
        for name in ("visitor", "ip_hash", "agent_hash"):
            with self.subTest(name), self.assertRaises(AccessError):
                touch.read([name])
