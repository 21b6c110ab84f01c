from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import MembershipCase

MODELS = (
    "rc.program",
    "rc.subscription",
    "rc.subscription.charge",
    "rc.point.account",
    "rc.point.entry",
    "rc.entitlement",
    "rc.event",
    "rc.ledger.export",
)


@tagged("post_install", "-at_install")
class TestAccess(MembershipCase):
    def test_a_portal_user_reads_nothing_of_ours_over_rpc(self):
        user = self.a_portal_user("access-member")
        for model in MODELS:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])

    def test_another_company_sees_no_member_of_this_one(self):
        self.buy(self.a_member())
        company = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "access-other",
            groups="rc_membership.group_program_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for model in MODELS[:-1]:
            with self.subTest(model):
                self.assertFalse(self.env[model].with_user(user).search([]))

    def test_a_salesperson_reads_members_and_changes_nothing(self):
        self.buy(self.a_member())
        user = new_test_user(self.env, "access-sales", groups="rc_membership.group_salesperson")
        subscription = self.env["rc.subscription"].with_user(user).search([], limit=1)
        self.assertTrue(subscription.name)
        for act in (
            lambda: subscription.write({"is_ending": True}),
            lambda: subscription.action_cancel_at_end(),
            lambda: self.env["rc.program"].with_user(user).create({"name": "x", "code": "x"}),
        ):
            with self.assertRaises(AccessError):
                act()
        self.assertFalse(subscription.is_ending)

    def test_a_fact_of_the_system_is_written_by_nobody_who_may_write_the_document(self):
        invoice = self.buy(self.a_member())
        subscription = self.env["rc.subscription"].search([], limit=1)
        user = new_test_user(self.env, "access-accountant", groups="account.group_account_manager")
        invoice = invoice.with_user(user)
        with self.assertRaisesRegex(AccessError, "rc_subscription_id is decided by the system"):
            invoice.write({"rc_subscription_id": subscription.id})
        values = {"move_type": "out_invoice", "partner_id": invoice.partner_id.id}
        with self.assertRaises(AccessError):
            invoice.create({**values, "rc_subscription_id": subscription.id})
        smuggled = invoice.with_context(default_rc_subscription_id=subscription.id).create(values)
        self.assertFalse(smuggled.rc_subscription_id)
