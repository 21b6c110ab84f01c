import importlib.util
import pathlib

from odoo.tests import tagged

from .common import MembershipCase

SCRIPT = pathlib.Path(__file__).parents[1] / "migrations" / "19.0.1.2.0" / "pre-usage.py"


@tagged("post_install", "-at_install")
class TestCurrencyOfOldRights(MembershipCase):
    """19.0.1.2.0: entitlements had no currency before."""

    def migrate(self):
        spec = importlib.util.spec_from_file_location("rc_membership_pre_usage", SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    def test_an_old_entitlement_gets_its_companys_currency_and_others_keep_theirs(self):
        chat = self.env.ref("rc_membership.entitlement_chat")
        salon = self.env.ref("rc_membership.entitlement_salon")
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE rc_entitlement ALTER currency_id DROP NOT NULL")
        self.env.cr.execute(
            "UPDATE rc_entitlement SET currency_id = NULL WHERE id = %s", (chat.id,)
        )
        for _twice in range(2):
            self.migrate()
            self.assertEqual(chat.currency_id, chat.company_id.currency_id)
            self.assertEqual(salon.currency_id, self.env.ref("base.CNY"))
