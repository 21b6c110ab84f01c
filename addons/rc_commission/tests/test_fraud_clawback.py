from datetime import date, datetime

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import CommissionCase

FEB = date(2026, 2, 15)
NOW = datetime(2026, 2, 20, 10)
MANAGER = "rc_membership.group_program_manager"


@tagged("post_install", "-at_install")
class TestFraudClawback(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.bind(cls.a_member(), cls.studio)
        cls.sell(cls.buyer)
        groups = f"{MANAGER},sales_team.group_sale_salesman_all_leads,account.group_account_invoice"
        cls.manager = new_test_user(cls.env, "claw_manager", groups=groups)
        cls.second = new_test_user(cls.env, "claw_second", groups=MANAGER)

    def report(self, about="referral", record=None):
        """Through the button and the dialog, as a manager."""
        action = (record or self.buyer).with_user(self.manager).action_rc_report()
        wizard = self.env["rc.fraud.report"].with_user(self.manager).browse(action["res_id"])
        wizard.write({"about": about, "note": "Both pay from one phone."})
        return self.env["rc.fraud.case"].browse(wizard.action_apply()["res_id"])

    def confirm(self, case):
        """Return the text of what the dialog says is taken back."""
        action = case.with_user(self.manager).action_confirm()
        wizard = self.env["rc.fraud.decide"].with_user(self.manager).browse(action["res_id"])
        text = str(wizard.take_back_html)
        wizard.note = "They are one person."
        wizard.action_apply()
        return text

    def standing(self):
        self.env.invalidate_all()
        account = self.account_of(self.studio)
        award = self.awards_of(self.studio)
        return award.accrued, account.open, account.debt

    def test_what_is_open_is_reversed_and_nothing_accrues_later(self):
        case = self.report()
        self.assertEqual(
            (case.state, case.member_id, case.partner_id), ("open", self.buyer, self.studio)
        )
        text = self.confirm(case)
        self.assertIn("$\xa05.00", text)
        self.assertIn("not billed yet: reversed", text)
        self.assertEqual(self.standing(), (0, 0, 0))
        self.sell(self.buyer, on=date(2026, 2, 21))
        self.assertEqual(set(self.awards_of(self.studio).mapped("accrued")), {0.0})
        self.assertBalanced()

    def test_what_was_billed_is_a_debt_of_the_next_settlement_until_an_appeal_is_granted(self):
        run = self.settle(FEB)
        self.assertEqual(run.settlement_ids.amount, 5.0)
        case = self.report()
        self.assertIn("taken off the next settlement", self.confirm(case))
        self.assertEqual(self.standing(), (0, 0, 5))
        case._appeal(self.buyer, "We are sisters.", NOW)
        case.with_user(self.second)._decide("grant", "They are two.", NOW)
        self.assertEqual(self.standing(), (5, 5, 5))
        again = self.settle(date(2026, 4, 15))
        self.assertEqual(again.settlement_ids.mapped("amount"), [0.0])
        self.assertFalse(again.settlement_ids.bill_id)
        self.assertEqual(self.standing(), (5, 0, 0))
        self.assertBalanced()

    def test_a_participant_as_such_is_frozen_and_nothing_is_taken(self):
        text = self.confirm(self.report("participant", self.studio))
        self.assertIn("Nothing is taken back", text)
        self.assertEqual(self.standing(), (5, 5, 0))
        self.assertTrue(self.studio._rc_get_frozen(self.env.company))

    def test_a_report_adds_to_the_case_opens_a_cleared_one_and_not_a_confirmed_one(self):
        case = self.report()
        self.assertEqual(self.report(), case)
        case.with_user(self.manager)._decide("clear", "Fine.", NOW)
        self.assertEqual(self.report().state, "open")
        self.confirm(case)
        with self.assertRaisesRegex(UserError, "confirmed already"):
            self.report()
        notes = case.message_ids.mapped("body")
        self.assertEqual(sum("one phone" in note for note in notes), 3)
