from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.rc_membership.tests.common_golive import MEMBERS, GoliveCase

COMMISSIONS = """reference,currency,amount,payable_on,reason
S1,USD,340.50,2026-01-05,Commissions of December
M1,USD,25.10,2026-02-28,Commission for M2
M1,USD,0.01,2026-02-28,Rounding
"""
HEAD = COMMISSIONS.split("\n")[0] + "\n"


@tagged("post_install", "-at_install")
class TestGoliveCommissions(GoliveCase):
    def confirm(self, run):
        run.with_user(self.accountant).action_confirm_amounts()

    def account(self, reference):
        return self.env["rc.commission.account"].search(
            [("partner_id", "=", self.member(reference).id)]
        )

    def facts(self):
        entries = self.env["rc.commission.entry"].search_count([])
        return super().facts() | {"rc.commission.entry": entries}

    def test_open_commissions_are_held_or_payable_by_their_day_and_the_total_agrees(self):
        run = self.imported(member=MEMBERS, commission=COMMISSIONS)
        self.assertEqual((run.state, run.is_reconciled), ("done", True))
        self.assertIn(("commission", "USD", 3, 365.61, 3, 365.61), self.totals(run))
        self.assertEqual((self.account("S1").open, self.account("S1").payable), (340.5, 340.5))
        self.assertEqual((self.account("M1").open, self.account("M1").held), (25.11, 25.11))
        self.assertFalse(self.env["rc.commission.entry"]._get_imbalances())

    def test_openings_stand_in_the_analysis_beside_what_plans_gave(self):
        self.imported(member=MEMBERS, commission=COMMISSIONS)
        rows = self.env["rc.commission.report"].search(
            [("partner_id", "in", (self.member("S1") | self.member("M1")).ids)], order="amount"
        )
        self.assertEqual(
            [(row.source, row.state, row.amount, str(row.date)) for row in rows],
            [
                ("opening", "held", 0.01, "2026-01-10"),
                ("opening", "held", 25.1, "2026-01-10"),
                ("opening", "payable", 340.5, "2026-01-10"),
            ],
        )

    def test_the_next_settlement_pays_what_is_payable_and_says_what_for(self):
        self.imported(member=MEMBERS, commission=COMMISSIONS)
        run = self.env["rc.settlement.run"]._start(self.env.company, date(2026, 1, 10))
        run._settle_all()
        settlement = run.settlement_ids.filtered(lambda s: s.partner_id == self.member("S1"))
        self.assertEqual(settlement.amount, 340.5)
        self.assertEqual(settlement.item_ids.explanation_text, "Commissions of December")
        self.assertEqual(
            settlement.bill_id.invoice_line_ids.mapped("name"), ["Commissions of December"]
        )
        self.assertFalse(run.settlement_ids.filtered(lambda s: s.partner_id == self.member("M1")))

    def test_the_same_again_changes_nothing_and_another_amount_is_told(self):
        self.imported(member=MEMBERS, commission=COMMISSIONS)
        before = self.facts()
        run = self.a_run(member=MEMBERS, commission=COMMISSIONS.replace("340.50", "340.5"))
        self.assertEqual(set(run.line_ids.mapped("state")), {"same"})
        run.action_start()  # nothing new to confirm
        self.post()
        self.assertTrue(run.is_reconciled)
        run = self.a_run(member=MEMBERS, commission=COMMISSIONS.replace("340.50", "341.50"))
        self.assertEqual(self.issues(run, "3_note"), [("commission", 2, "amount", "changed")])
        run.action_start()
        self.post()
        self.assertEqual(self.facts(), before)
        wrong = run.total_ids.filtered(lambda t: not t.is_equal)
        self.assertEqual([(t.group, t.difference) for t in wrong], [("USD", -1)])

    def test_a_second_pair_of_eyes_confirms_the_amounts(self):
        run = self.a_run(member=MEMBERS, commission=COMMISSIONS)
        with self.assertRaisesRegex(UserError, "accountant must confirm"):
            run.action_start()
        with self.assertRaises(AccessError):
            run.action_confirm_amounts()
        with self.assertRaises(AccessError):
            run.write({"confirmed_by_id": self.accountant.id})
        self.manager.group_ids += self.env.ref("rc_membership.group_accountant")
        with self.assertRaisesRegex(UserError, "second person"):
            run.action_confirm_amounts()
        self.confirm(run)
        self.assertEqual(run.confirmed_by_id, self.accountant)
        run.commission_filename = "other.csv"
        self.assertTrue(run.confirmed_by_id)
        run.commission_file = run.with_context(bin_size=False).commission_file
        self.assertEqual((run.state, bool(run.confirmed_by_id)), ("draft", False))

    def test_each_error_of_commissions_says_line_and_column(self):
        lines = [
            ("nobody,USD,1,2026-01-05,x", "reference", "unknown_member"),
            ("M1,XXQ,1,2026-01-05,x", "currency", "unknown_currency"),
            ("M1,USD,1.005,2026-01-05,x", "amount", "too_fine"),
            ("M1,USD,-1,2026-01-05,x", "amount", "negative"),
            ("M1,USD,1,,x", "payable_on", "required"),
            ("M1,USD,1,2026-01-05,", "reason", "required"),
            ("M1,USD,1,2026-01-05,=1+1", "reason", "formula"),
            ("M1,USD,1,2026-01-05,y", None, None),
            ("M1,usd,2,2026-01-05,y", "reference", "twice"),
        ]
        run = self.a_run(member=MEMBERS, commission=HEAD + "\n".join(x for x, _c, _e in lines))
        wanted = [("commission", n, c, code) for n, (_x, c, code) in enumerate(lines, 2) if c]
        self.assertEqual(sorted(self.issues(run)), sorted(wanted))

    def test_contacts_merged_afterwards_keep_the_money(self):
        self.imported(member=MEMBERS, commission=COMMISSIONS)
        source, target = self.member("M1"), self.member("S1")
        source.rc_subscription_ids._end("cancelled", date(2026, 1, 10))
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((source | target).ids, target)
        balances = self.account("S1")._get_balances()
        self.assertEqual(balances[self.account("S1").id]["open"], Decimal("365.61"))
        before = self.facts()
        with freeze_time("2026-01-11"):
            run = self.a_run(commission=COMMISSIONS)
        self.assertEqual(set(run.line_ids.mapped("state")), {"same"})
        self.assertEqual(self.facts(), before)

    def test_the_sample_files_are_right(self):
        files = {}
        for kind, path in (
            ("member", "rc_membership/static/golive/members.csv"),
            ("points", "rc_membership/static/golive/points.csv"),
            ("sponsor", "rc_referral/static/golive/sponsors.csv"),
            ("commission", "rc_commission/static/golive/commissions.csv"),
        ):
            with file_open(path, "rb") as sample:
                files[kind] = sample.read()
        self.assertTrue(self.imported(**files).is_reconciled)
