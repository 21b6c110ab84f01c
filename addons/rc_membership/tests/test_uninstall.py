import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestUninstall(MembershipCase):
    def test_a_ledger_with_entries_is_kept_until_its_export_is_confirmed(self):
        module = self.env["ir.module.module"].search([("name", "=", "rc_membership")])
        exports = self.env["rc.ledger.export"]
        self.an_account(self.a_member())._grant(5, "uninstall", "x")
        with self.assertRaisesRegex(UserError, "has entries. Export it"):
            module.button_uninstall()
        with self.assertRaisesRegex(UserError, "has entries. Export it"):
            exports._check_uninstall(["rc_membership"])
        for ledger in exports._get_ledgers():
            export = exports.create({"ledger": ledger})
        export = exports.search([("ledger", "=", "rc.point.entry")], limit=1)
        self.assertIn(b"uninstall", base64.b64decode(export.file))
        with self.assertRaisesRegex(UserError, "has entries"):
            exports._check_uninstall(["rc_membership"])
        export.action_confirm()
        exports._check_uninstall(["rc_membership"])
        self.an_account(self.a_member("Leo"))._grant(5, "later", "x")
        with self.assertRaisesRegex(UserError, "has entries"):
            exports._check_uninstall(["rc_membership"])

    def test_an_administrator_of_one_company_gets_no_ledger_of_others(self):
        self.an_account(self.a_member())._grant(5, "home", "x")
        export = self.env["rc.ledger.export"].create({"ledger": "rc.point.entry"})
        self.assertIn(self.company, export.company_ids)
        other = self.env["res.company"].create({"name": "Second Company"})
        stranger = new_test_user(
            self.env,
            "export-stranger",
            groups="rc_membership.group_administrator",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        exports = self.env["rc.ledger.export"].with_user(stranger)
        self.assertNotIn(export, exports.search([]))
        with self.assertRaises(AccessError):
            export.with_user(stranger).read(["file"])
        with self.assertRaises(AccessError):
            export.with_user(stranger).action_confirm()
        with self.assertRaisesRegex(AccessError, "entries of other companies"):
            exports.create({"ledger": "rc.point.entry"})

    def test_only_an_administrator_confirms(self):
        export = self.env["rc.ledger.export"].create({"ledger": "rc.point.entry"})
        manager = new_test_user(
            self.env, "export-manager", groups="rc_membership.group_program_manager"
        )
        with self.assertRaises(AccessError):
            export.with_user(manager).action_confirm()
