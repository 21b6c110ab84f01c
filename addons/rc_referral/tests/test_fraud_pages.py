from odoo.tests import new_test_user, tagged

from odoo.addons.rc_referral.kernel.challenge import solve
from odoo.addons.rc_referral.kernel.fraud import Signal

from .common import DAY, ReferralHttpCase


@tagged("post_install", "-at_install")
class TestFraudPages(ReferralHttpCase):
    def puzzle_in(self, page):
        return page.split('name="rc_puzzle" value="')[1].split('"')[0]

    def a_case(self, kind="participant", partner=None):
        partner = partner or self.member.partner_id
        signals = [Signal("by_hand")]
        cases = self.env["rc.fraud.case"]
        case = cases._notice_participant(partner, signals, self.env.cr.now(), self.env.company)
        case._freeze(self.env.cr.now())
        return case

    @property
    def member(self):
        groups = "base.group_portal,rc_membership.group_member"
        found = self.env["res.users"].search([("login", "=", "fraud_page")])
        return found or new_test_user(self.env, "fraud_page", name="Fra Page", groups=groups)

    def test_the_own_code_under_an_alias_is_refused_explained_and_kept(self):
        self.studio.email = "lotus.page@gmail.com"
        answer = self.post_sign_up("Lotuspage+1@googlemail.com", rc_code="STUDIOTEST")
        self.assertIn("your own code", answer.text)
        self.assertFalse(self.partner_of("Lotuspage+1@googlemail.com"))
        case = self.env["rc.fraud.case"].search([("partner_id", "=", self.studio.id)])
        self.assertEqual((case.kind, case.state, len(case)), ("refusal", "confirmed", 1))
        self.assertFalse(self.env["rc.sponsor.edge"].search([("sponsor_id", "=", self.studio.id)]))

    def test_more_sign_ups_than_usual_need_a_proof_each_its_own(self):
        self.env.company.rc_fraud_challenge_after = 1
        self.post_sign_up("first@example.com", follow=False)
        self.assertTrue(self.partner_of("first@example.com"))
        self.url_open("/web/session/logout")
        refused = self.post_sign_up("second@example.com")
        self.assertIn("until your browser is checked", refused.text)
        self.assertFalse(self.partner_of("second@example.com"))
        puzzle = self.puzzle_in(refused.text)
        proof = {"rc_puzzle": puzzle, "rc_answer": solve(puzzle)}
        self.post_sign_up("second@example.com", follow=False, **proof)
        self.assertTrue(self.partner_of("second@example.com"))
        marks = self.env["rc.fraud.mark"].search(
            [("partner_id", "=", self.partner_of("second@example.com").id)]
        )
        self.assertEqual(set(marks.mapped("kind")), {"address", "network", "device"})
        self.url_open("/web/session/logout")
        self.post_sign_up("third@example.com", **proof)
        self.assertFalse(self.partner_of("third@example.com"))

    def test_a_flood_of_clicks_gets_the_challenge_page_and_counts_after_the_proof(self):
        self.env.company.rc_fraud_click_flood = 2
        for _number in range(2):
            self.assertEqual(self.get("/ref/STUDIOTEST").status_code, 302)
        page = self.get("/ref/STUDIOTEST?utm_source=x")
        self.assertEqual((page.status_code, len(self.touches())), (200, 2))
        self.assertIn("One moment", page.text)
        puzzle = self.puzzle_in(page.text)
        url = f"/ref/STUDIOTEST?utm_source=x&rc_puzzle={puzzle}&rc_answer={solve(puzzle)}"
        answer = self.get(url)
        self.assertEqual((answer.status_code, len(self.touches())), (302, 3))
        self.assertNotIn("rc_answer", answer.headers["Location"])
        self.assertEqual(self.get(url).status_code, 200)  # each proof is good for once

    def test_a_link_loaded_inside_pages_counts_for_nobody_and_is_noticed(self):
        for _number in range(21):
            self.get("/ref/STUDIOTEST", Sec_Fetch_Dest="iframe")
        self.assertFalse(self.touches())
        case = self.env["rc.fraud.case"].search([("partner_id", "=", self.studio.id)])
        self.assertEqual(case.signal_ids.mapped("name"), ["framed"])

    def test_whom_it_concerns_reads_why_and_appeals_once_nobody_else_does(self):
        case = self.a_case()
        foreign = self.a_case(partner=self.studio)
        self.authenticate("fraud_page", "fraud_page")
        page = self.url_open("/my/referrals").text
        self.assertIn("on hold while we look at your referrals", page)
        self.assertNotIn("score", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "text": "My class signed up together."}
        for number in (foreign.id, 987654321):
            url = f"/my/referrals/checks/{number}/appeal"
            self.assertEqual(self.url_open(url, data=form).status_code, 404)
        url = f"/my/referrals/checks/{case.id}/appeal"
        answer = self.url_open(url, data=form)
        self.assertIn("You asked for a second look", answer.text)
        self.assertEqual(
            (case.appeal_state, case.appeal_text, case.appealed_by_id),
            ("waiting", "My class signed up together.", self.member.partner_id),
        )
        self.assertFalse(foreign.appeal_state)
        again = self.url_open(url, data={**form, "text": "Again"})
        self.assertIn("cannot be appealed", again.text)
        self.assertEqual(case.appeal_text, "My class signed up together.")
        case.opened_at -= 200 * DAY
        self.assertNotIn("second look", self.url_open("/my/referrals").text)
