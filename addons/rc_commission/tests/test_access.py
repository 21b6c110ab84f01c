from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import STAFF, CommissionCase

MONEY = (
    "rc.commission.account",
    "rc.commission.award",
    "rc.commission.credit",
    "rc.commission.entry",
    "rc.commission.report",
    "rc.settlement",
    "rc.settlement.item",
    "rc.settlement.run",
    "rc.settlement.skip",
)


@tagged("post_install", "-at_install")
class TestAccess(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tom = new_test_user(cls.env, "com_tom", name="Tom Test", groups=STAFF)
        for user in (cls.sara, cls.tom):
            cls.sell(cls.bind(cls.a_member(f"of {user.name}"), user.partner_id))
        cls.settled = cls.settle(date(2026, 2, 15))

    def count(self, user, model):
        return self.env[model].with_user(user).search_count([])

    def test_a_salesperson_sees_the_own_commissions_only(self):
        for model in ("rc.commission.award", "rc.commission.account", "rc.settlement"):
            records = self.env[model].with_user(self.sara).search([])
            self.assertTrue(records)
            self.assertEqual(
                records.sudo().mapped(
                    "account_id.partner_id" if "account_id" in records else "partner_id"
                ),
                self.sara.partner_id,
            )
        entries = self.env["rc.commission.entry"].with_user(self.sara).search([])
        self.assertEqual(entries.sudo().account_id.partner_id, self.sara.partner_id)
        report = self.env["rc.commission.report"].with_user(self.sara).search([])
        self.assertEqual(report.sudo().partner_id, self.sara.partner_id)
        for model in ("rc.commission.credit", "rc.settlement.run", "rc.settlement.skip"):
            with self.assertRaises(AccessError):
                self.count(self.sara, model)

    def test_an_accountant_and_a_manager_see_all(self):
        for group in ("group_accountant", "group_program_manager"):
            user = new_test_user(
                self.env, f"com_{group}", groups=f"base.group_user,rc_membership.{group}"
            )
            awards = self.env["rc.commission.award"].with_user(user).search([])
            self.assertLessEqual(
                {self.sara.partner_id.id, self.tom.partner_id.id},
                set(awards.sudo().partner_id.ids),
            )

    def test_portal_and_plain_staff_have_no_door_to_money(self):
        portal = self.a_portal_user("com_portal", "base.group_portal,rc_membership.group_partner")
        plain = new_test_user(self.env, "com_plain", groups="base.group_user")
        for user in (portal, plain):
            for model in (*MONEY, "rc.commission.plan", "rc.commission.plan.version"):
                with self.assertRaises(AccessError):
                    self.count(user, model)

    def test_nobody_creates_or_changes_money_by_rpc(self):
        admin = new_test_user(
            self.env, "com_admin", groups="base.group_user,rc_membership.group_administrator"
        )
        for model in MONEY:
            for operation in ("create", "write", "unlink"):
                self.assertFalse(self.env[model].with_user(admin).has_access(operation), model)

    def test_a_salesperson_cannot_make_a_contact_a_partner(self):
        with self.assertRaises(AccessError):
            self.studio.with_user(self.sara).write({"rc_participant_role": "promoter"})

    def test_roles_come_from_login_and_contact(self):
        roles = {
            "staff": self.sara.partner_id,
            "partner": self.a_portal_user(
                "com_p", "base.group_portal,rc_membership.group_partner_finance"
            ).partner_id,
            "promoter": self.a_portal_user(
                "com_q", "base.group_portal,rc_membership.group_promoter"
            ).partner_id,
            "venue": self.a_payee("V", "venue"),
            "member": self.a_member(),
        }
        for role, partner in roles.items():
            self.assertEqual(partner.rc_role, role)
        self.sara.active = False
        self.assertEqual(self.sara.partner_id._rc_get_roles(), {self.sara.partner_id.id: "member"})
