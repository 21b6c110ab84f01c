import base64
import contextlib
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.rc_membership.models import rc_golive_post
from odoo.addons.rc_membership.models.rc_golive_post import RcGoliveRun

from .common_golive import MEMBERS, POINTS, GoliveCase

HEAD = MEMBERS.split("\n")[0] + "\n"
POINTS_HEAD = POINTS.split("\n")[0] + "\n"


class Killed(BaseException):
    """The process is gone."""


@tagged("post_install", "-at_install")
class TestGolive(GoliveCase):
    # ---------------------------------------------------------------- what an import does

    def test_the_check_counts_and_sums_and_touches_nothing(self):
        before = self.facts()
        run = self.a_run(member=MEMBERS, points=POINTS)
        self.assertEqual(run.state, "checked")
        self.assertEqual(run.issue_ids, run.issue_ids.browse())
        self.assertEqual(
            self.totals(run),
            [
                ("member", "free", 1, 0, 0, 0),
                ("member", "premium", 1, 0, 0, 0),
                ("member", "pro", 1, 0, 0, 0),
                ("member", "–", 1, 0, 0, 0),
                ("points", f"{self.program.code} · bought", 1, 5000, 0, 0),
                ("points", f"{self.program.code} · earned", 2, 1550, 0, 0),
            ],
        )
        self.assertEqual(self.facts(), before)

    def test_members_have_their_plan_and_points_and_the_totals_agree(self):
        run = self.imported(member=MEMBERS, points=POINTS)
        self.assertEqual((run.state, run.progress, run.is_reconciled), ("done", 100, True))
        self.assertFalse([line.error for line in run.line_ids if line.error])
        self.assertEqual(run.line_ids.mapped("state"), ["done"] * 7)
        self.assertTrue(all(run.total_ids.mapped("is_equal")))
        grace, lin = self.member("M1"), self.member("M2")
        self.assertRecordValues(
            grace.rc_subscription_ids,
            [
                {
                    "state": "active",
                    "started_on": date(2025, 3, 15),
                    "anchor_on": date(2025, 3, 15),
                    "period_start": date(2026, 1, 15),
                    "period_end": date(2026, 2, 15),
                }
            ],
        )
        self.assertRecordValues(
            grace.rc_subscription_ids.charge_ids,
            [{"kind": "opening", "invoice_line_id": False, "period_end": date(2026, 2, 15)}],
        )
        self.assertEqual(lin.rc_tier_id.code, "pro")
        self.assertEqual(lin.name, "林小雨")
        self.assertEqual(self.member("M3").rc_tier_id.code, "free")
        account = self.an_account(grace)
        self.assertRecordValues(
            account.lot_ids.sorted("nature"),
            [
                {"nature": "bought", "remaining": 5000, "expires_on": False},
                {"nature": "earned", "remaining": 1200, "expires_on": date(2026, 12, 31)},
            ],
        )
        self.assertEqual(account.card_id.points, 6200)
        self.assertFalse(self.env["rc.point.entry"]._get_imbalances())

    def test_the_same_files_again_change_nothing(self):
        self.imported(member=MEMBERS, points=POINTS)
        before = self.facts()
        run = self.imported(member=MEMBERS, points=POINTS)
        self.assertEqual(self.facts(), before)
        self.assertEqual(set(run.line_ids.mapped("state")), {"same"})
        self.assertTrue(run.is_reconciled)

    def test_the_same_files_after_the_paid_time_still_are_no_error(self):
        self.imported(member=MEMBERS, points=POINTS)
        with freeze_time("2027-06-01 08:00:00"):
            run = self.a_run(member=MEMBERS, points=POINTS)
        self.assertEqual(self.issues(run), [])

    def test_a_corrected_file_adds_what_is_new_and_says_what_differs(self):
        self.imported(member=MEMBERS, points=POINTS)
        members = MEMBERS.replace("premium-month,2026-02-15", "premium-month,2026-03-15")
        members = members.replace("M3,Ravi,,,,,free,,,", "M3,Ravi,,,,,pro,pro-month,2026-02-01,")
        points = POINTS.replace("1200", "1300") + "M3,,10,earned,\n"
        run = self.imported(member=members, points=points)
        self.assertEqual(
            self.issues(run, "3_note"),
            [("member", 2, "paid_until", "changed"), ("points", 2, "points", "changed")],
        )
        self.assertIn("1200", run.issue_ids[1].message)
        self.assertEqual(
            {line.reference: line.state for line in run.line_ids if line.kind == "member"},
            {"M1": "differs", "M2": "same", "M3": "done", "S1": "same"},
        )
        self.assertEqual(self.member("M1").rc_period_end, date(2026, 2, 15))
        self.assertEqual(self.an_account(self.member("M1")).available, 6200)
        self.assertEqual(self.member("M3").rc_tier_id.code, "pro")
        self.assertEqual(self.an_account(self.member("M3")).available, 10)
        self.assertEqual((run.state, run.is_reconciled), ("done", False))
        differing = run.total_ids.filtered(lambda t: not t.is_equal)
        self.assertEqual(
            [(t.kind, t.difference) for t in differing], [("member", 0), ("points", -100)]
        )

    def test_the_plan_renews_where_the_old_system_left_it(self):
        self.imported(member=MEMBERS)
        subscription = self.member("M1").rc_subscription_ids
        invoice = subscription._bill_next_period(date(2026, 2, 15))
        self.pay(invoice, date(2026, 2, 15))
        self.drain()
        self.assertEqual(subscription.period_end, date(2026, 3, 15))
        kinds = subscription.charge_ids.sorted("period_start").mapped("kind")
        self.assertEqual(kinds, ["opening", "renewal"])

    def test_an_upgrade_credits_unused_days_at_the_price_of_the_plan(self):
        self.imported(member=MEMBERS)
        subscription = self.member("M1").rc_subscription_ids
        change = subscription._get_change(self.a_plan("ultimate-month"), date(2026, 1, 31))
        # 25 a month, 15 of 31 days unused
        self.assertEqual((change["when"], change["credit"]), ("now", Decimal("12.10")))

    # ---------------------------------------------------------------- killed, failed

    def test_an_import_that_was_killed_goes_on_where_it_was(self):
        run = self.a_run(member=MEMBERS, points=POINTS)
        run.action_start()
        work, calls = RcGoliveRun._work, []

        def dying(this, lines):
            calls.append(len(lines))
            if len(calls) == 2:
                raise Killed
            return work(this, lines)

        with patch.object(rc_golive_post, "BATCH", 2):
            # assertRaises would roll back what was committed before
            with patch.object(RcGoliveRun, "_work", dying), contextlib.suppress(Killed):
                self.post()
            self.env.invalidate_all()
            self.assertEqual((run.state, run.todo_count), ("running", 5))
            self.post()
        self.assertEqual((run.state, run.is_reconciled), ("done", True))
        self.assertEqual(self.an_account(self.member("M1")).available, 6200)
        self.assertEqual(len(self.env["res.partner"].search([("name", "=", "林小雨")])), 1)

    @mute_logger("odoo.addons.rc_membership.models.rc_golive_post")
    def test_a_line_that_fails_is_set_aside_whole_and_can_be_tried_again(self):
        run = self.a_run(member=MEMBERS)
        run.action_start()
        plan = self.a_plan("pro-year")
        subscriptions = type(self.env["rc.subscription"])
        opening = subscriptions._open

        def refusing(this, partner, product, *args):
            if product == plan:
                raise RuntimeError("not today")
            return opening(this, partner, product, *args)

        with patch.object(subscriptions, "_open", refusing):
            self.post()
        self.assertEqual((run.state, run.failed_count), ("attention", 1))
        line = run.line_ids.filtered(lambda x: x.state == "error")
        self.assertEqual(line.reference, "M2")
        self.assertIn("not today", line.error)
        self.assertFalse(self.env["res.partner"].search([("email", "=", "lin@golive.example")]))
        run.action_retry()
        self.post()
        self.assertEqual((run.state, run.is_reconciled), ("done", True))

    # ---------------------------------------------------------------- who is who

    def test_a_known_e_mail_is_offered_and_decided(self):
        lin = self.a_member("Lin", email="Lin <LIN@golive.example>")
        run = self.a_run(member=MEMBERS)
        self.assertEqual(self.issues(run, "2_question"), [("member", 3, "email", "email_known")])
        with self.assertRaisesRegex(UserError, "Decide each"):
            run.action_start()
        run.line_ids.filtered("match_id").action_match()
        run.action_start()
        self.post()
        self.assertEqual(self.member("M2"), lin)
        self.assertEqual(lin.name, "Lin")
        self.assertEqual(lin.rc_tier_id.code, "pro")

    def test_somebody_else_with_the_same_e_mail_is_a_contact_of_their_own(self):
        lin = self.a_member("Lin", email="lin@golive.example")
        run = self.a_run(member=MEMBERS)
        run.line_ids.filtered("match_id").action_separate()
        run.action_start()
        self.post()
        self.assertNotEqual(self.member("M2"), lin)
        self.assertEqual(run.is_reconciled, True)

    def test_contacts_that_were_merged_keep_both_references(self):
        self.imported(member=MEMBERS, points=POINTS)
        source, target = self.member("M3"), self.member("M2")
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((source | target).ids, target)
        self.assertEqual(self.member("M3"), target)
        before = self.facts()
        self.imported(points=POINTS)
        self.assertEqual(self.facts(), before)

    # ---------------------------------------------------------------- errors

    def test_each_error_says_line_and_column(self):
        member, twins = self.a_member(), self.a_member("A", email="twin@golive.example")
        self.a_member("B", email="twin@golive.example")
        self.buy(member)
        lines = [
            ("A,A,,,,,tin,,,", "tier", "unknown_tier"),
            ("B,B,,,,,,tin-month,2026-03-01,", "plan", "unknown_plan"),
            ("C,C,,,,,pro,premium-month,2026-03-01,", "plan", "plan_of_other_tier"),
            ("D,D,,,,,premium,,,", "plan", "plan_missing"),
            ("E,E,,,,,pro,pro-month,,", "paid_until", "until_missing"),
            ("F,F,,,,,pro,pro-month,2026-01-10,", "paid_until", "until_past"),
            ("G,G,,,,,pro,pro-month,2026-03-01,2026-02-01", "started_on", "start_future"),
            ("H,H,,,,,,,2026-03-01,", "paid_until", "until_without_plan"),
            ("I,I,,,XX,,,,,", "country", "unknown_country"),
            ("J,J,,,,tlh_TLH,,,,", "language", "unknown_language"),
            ("K,K,twin@golive.example,,,,,,,", "email", "email_many"),
            ("L,L,l@golive.example,,,,,,,", None, None),
            ("M,M,l@golive.example,,,,,,,", "email", "email_twice"),
            ("A,A2,,,,,,,,", "reference", "twice"),
            ("=N,N,,,,,,,,", "reference", "formula"),
            ("O,O,,,,,pro,pro-month,2026-02-01,2026-02-01", "started_on", "start_future"),
        ]
        run = self.a_run(member=HEAD + "\n".join(line for line, _c, _code in lines))
        wanted = [
            ("member", number, column, code)
            for number, (_line, column, code) in enumerate(lines, 2)
            if code
        ]
        self.assertEqual(sorted(set(self.issues(run))), sorted(wanted))
        self.assertTrue(all(len(issue.message) > 10 for issue in run.issue_ids))
        self.assertNotIn("%(", "".join(run.issue_ids.mapped("message")))
        self.assertTrue(twins)
        before = self.facts()
        answer = run.action_start()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual((run.state, self.facts()), ("checked", before))

    def test_each_error_of_points_says_line_and_column(self):
        lines = [
            ("nobody,,10,earned,", "reference", "unknown_member"),
            ("M1,moon,10,earned,", "program", "unknown_program"),
            ("M1,,10.5,earned,", "points", "too_fine"),
            ("M1,,10,earned,2026-01-10", "expires_on", "points_expired"),
            ("M1,,-10,bought,", "points", "negative"),
            ("M1,,10,bonus,", "nature", "bad_choice"),
            ("M2,,10,earned,", None, None),
            (f"M2,{self.program.code},10,earned,", "reference", "twice"),
        ]
        points = POINTS_HEAD + "\n".join(line for line, _c, _code in lines)
        run = self.a_run(member=MEMBERS, points=points)
        self.assertEqual(
            sorted(self.issues(run)),
            sorted(
                ("points", number, column, code)
                for number, (_line, column, code) in enumerate(lines, 2)
                if code
            ),
        )

    def test_who_has_a_plan_already_keeps_it(self):
        lin = self.a_member("Lin", email="lin@golive.example")
        self.buy(lin)
        run = self.a_run(member=MEMBERS)
        run.action_match_all()
        run.action_check()
        self.assertEqual(self.issues(run), [("member", 3, "plan", "member_running")])

    def test_another_file_undoes_the_check(self):
        run = self.a_run(member=MEMBERS)
        run.member_file = False
        self.assertEqual((run.state, len(run.line_ids), len(run.total_ids)), ("draft", 0, 0))
        with self.assertRaisesRegex(UserError, "Check the files first"):
            run.action_start()

    def test_the_files_of_an_import_that_started_are_kept(self):
        run = self.imported(member=MEMBERS)
        for act in (
            lambda: run.write({"member_file": False}),
            run.unlink,
            run.action_check,
            run.action_start,
            run.action_retry,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                act()

    def test_the_sample_files_are_right(self):
        files = {}
        for kind, name in (("member", "members"), ("points", "points")):
            with file_open(f"rc_membership/static/golive/{name}.csv", "rb") as sample:
                files[kind] = sample.read()
        run = self.imported(**files)
        self.assertTrue(run.is_reconciled)

    # ---------------------------------------------------------------- rights and companies

    def test_another_company_is_not_touched_and_has_references_of_its_own(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self.imported(member=MEMBERS, points=POINTS)
        references = self.env["rc.member.reference"]
        self.assertFalse(references.search([("company_id", "=", other.id)]))
        self.manager.write({"company_ids": [(4, other.id)]})
        there = self.env["rc.golive.run"].with_user(self.manager).with_company(other)
        run = there.create({"name": "Other", "points_file": self.a_file(POINTS)})
        run.action_check()
        self.assertEqual(run.company_id, other)
        self.assertEqual({i.code for i in run.issue_ids}, {"unknown_program"})

    def a_file(self, text):
        return base64.b64encode(text.encode())

    def test_only_a_program_manager_of_the_company_imports(self):
        run = self.a_run(member=MEMBERS)
        stranger = self.env["res.company"].create({"name": "Strangers"})
        foreign = self.manager.copy(
            {"login": "foreign", "company_id": stranger.id, "company_ids": [(6, 0, stranger.ids)]}
        )
        for user in (self.accountant, foreign, self.env.ref("base.public_user")):
            for act in ("action_check", "action_start", "action_match_all", "action_retry"):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(run.with_user(user), act)()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            run.line_ids.with_user(self.accountant).action_match()
        for values in ({"state": "done"}, {"started_by_id": 1}, {"company_id": stranger.id}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                run.write(values)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            run.line_ids.write({"amount": 1})
        self.assertEqual(run.state, "checked")
