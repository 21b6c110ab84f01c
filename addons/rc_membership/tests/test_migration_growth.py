import importlib.util
import pathlib
from datetime import date

from odoo.tests import tagged

from .test_ladder import LadderCase

SCRIPT = pathlib.Path(__file__).parents[1] / "migrations" / "19.0.1.2.0" / "post-growth.py"


@tagged("post_install", "-at_install")
class TestMigrationOfGrowth(LadderCase):
    def test_what_was_bought_and_earned_before_counts_after_the_update(self):
        mia = self.a_member()
        invoice = self.an_invoice(mia, "premium-month", date(2026, 1, 5))
        self.pay(invoice, date(2026, 1, 5))
        self.an_account(mia)._grant(1000, "before", "before")
        # the last version had no consumers for these
        self.env["rc.event"].search(
            [("consumer", "in", ("growth_purchase", "ladder_review"))]
        ).write({"state": "done"})
        spec = importlib.util.spec_from_file_location("rc_membership_growth", SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        for _time in range(2):
            script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        facts = self.env["rc.member.purchase"].search([("partner_id", "=", mia.id)])
        self.assertEqual(
            [(f.date, f.net, f.order_count) for f in facts], [(date(2026, 1, 5), 25, 1)]
        )
        self.assertEqual(self.rank_of(mia), "l1")
