from datetime import datetime

from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.rc_membership.tests.common_golive import MEMBERS, GoliveCase

SPONSORS = """reference,sponsor_reference,since
M1,S1,2025-03-15
M2,M1,2024-08-01
M3,M2,
"""
HEAD = SPONSORS.split("\n")[0] + "\n"


@tagged("post_install", "-at_install")
class TestGoliveSponsors(GoliveCase):
    def edge(self, reference):
        return self.env["rc.sponsor.edge"].search(
            [("member_id", "=", self.member(reference).id), ("ended_at", "=", False)]
        )

    def test_sponsors_are_bound_from_their_day_and_the_total_agrees(self):
        run = self.imported(member=MEMBERS, sponsor=SPONSORS)
        self.assertEqual((run.state, run.is_reconciled), ("done", True))
        self.assertEqual(self.edge("M1").sponsor_id, self.member("S1"))
        self.assertEqual(self.edge("M2").bound_at, datetime(2024, 8, 1))
        self.assertEqual(self.edge("M3").bound_at, datetime(2026, 1, 10, 8))
        self.assertIn(("sponsor", "–", 3, 0, 3, 0), self.totals(run))

    def test_the_same_again_changes_nothing_and_another_sponsor_is_told(self):
        self.imported(member=MEMBERS, sponsor=SPONSORS)
        count = self.env["rc.sponsor.edge"].search_count([])
        again = SPONSORS.replace("M2,M1,2024-08-01", "M2,S1,2024-08-01")
        run = self.imported(member=MEMBERS, sponsor=again)
        self.assertEqual(
            self.issues(run, "3_note"), [("sponsor", 3, "sponsor_reference", "changed")]
        )
        self.assertEqual(self.env["rc.sponsor.edge"].search_count([]), count)
        self.assertEqual(self.edge("M2").sponsor_id, self.member("M1"))
        self.assertEqual((run.state, run.is_reconciled), ("done", False))

    def test_each_error_of_sponsors_says_line_and_column(self):
        lines = [
            ("M1,M1,", "sponsor_reference", "own_sponsor"),
            ("M2,S1,2026-02-01", "since", "since_future"),
            ("nobody,S1,", "reference", "unknown_member"),
            ("M3,nobody,", "sponsor_reference", "unknown_member"),
            ("M3,S1,", "reference", "twice"),
        ]
        run = self.a_run(member=MEMBERS, sponsor=HEAD + "\n".join(x for x, _c, _code in lines))
        wanted = [("sponsor", n, c, code) for n, (_x, c, code) in enumerate(lines, 2)]
        self.assertEqual(sorted(self.issues(run)), sorted(wanted))

    def test_a_circle_in_the_file_is_an_error_of_each_of_its_lines(self):
        run = self.a_run(member=MEMBERS, sponsor=HEAD + "M1,M2,\nM2,M3,\nM3,M1,\nS1,M1,\n")
        self.assertEqual(
            self.issues(run), [("sponsor", n, "sponsor_reference", "circle") for n in (2, 3, 4)]
        )
        self.assertIn("M1, M2, M3", run.issue_ids[0].message)

    def test_a_circle_with_the_tree_that_is_there_is_an_error(self):
        self.imported(member=MEMBERS, sponsor=SPONSORS)
        run = self.a_run(sponsor=HEAD + "S1,M3,\n")
        self.assertEqual(self.issues(run), [("sponsor", 2, "sponsor_reference", "circle")])

    def test_a_contact_that_was_matched_keeps_its_sponsor_and_is_told_at_the_check(self):
        lin = self.a_member("Lin", email="lin@golive.example")
        friend = self.a_member("Friend")
        self.env["rc.sponsor.edge"]._bind(lin, friend, datetime(2026, 1, 1))
        run = self.a_run(member=MEMBERS, sponsor=SPONSORS)
        run.action_match_all()
        run.action_check()
        self.assertEqual(
            self.issues(run, "3_note"), [("sponsor", 3, "sponsor_reference", "changed")]
        )

    def test_the_sample_files_are_right(self):
        files = {}
        for kind, path in (
            ("member", "rc_membership/static/golive/members.csv"),
            ("sponsor", "rc_referral/static/golive/sponsors.csv"),
        ):
            with file_open(path, "rb") as sample:
                files[kind] = sample.read()
        self.assertTrue(self.imported(**files).is_reconciled)
