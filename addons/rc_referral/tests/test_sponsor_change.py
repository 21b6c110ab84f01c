from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.rc_membership.exceptions import Refusal

from .common import DAY, SECOND, ReferralCase, ReferralHttpCase


@tagged("post_install", "-at_install")
class TestSponsorChange(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = cls.env.cr.now()
        cls.member = cls.a_sign_up(at=cls.now - 20 * DAY, typed=cls.code)
        cls.one, cls.two = (
            new_test_user(
                cls.env, f"change_manager_{n}", groups="rc_membership.group_program_manager"
            )
            for n in (1, 2)
        )

    def ask(self, user=None, **values):
        vals = {"member_id": self.member.id, "sponsor_id": self.rival.id, "reason": "Their chat."}
        return self.env["rc.sponsor.change"].with_user(user or self.one).create({**vals, **values})

    def edges(self):
        edges = self.env["rc.sponsor.edge"].search([("member_id", "=", self.member.id)], order="id")
        return [(edge.sponsor_id, bool(edge.ended_at)) for edge in edges]

    def test_a_second_manager_approves_and_the_old_edge_is_kept(self):
        change = self.ask()
        self.assertEqual((change.state, change.requested_by_id), ("waiting", self.one))
        with self.assertRaises(UserError):
            change.action_approve()  # not who asked
        self.assertEqual(self.edges(), [(self.studio, False)])
        change.with_user(self.two).action_approve()
        self.assertEqual(self.edges(), [(self.studio, True), (self.rival, False)])
        self.assertEqual(change.old_edge_id.ended_at, change.new_edge_id.bound_at)
        before = self.env["rc.sponsor.edge"]._get_at(self.member, change.decided_at - SECOND)
        self.assertEqual(before.sponsor_id, self.studio)
        with self.assertRaises(UserError):
            change.with_user(self.two).action_refuse()

    def test_only_later_orders_follow_the_new_sponsor(self):
        old = self.an_order(self.member)
        old.action_confirm()
        self.ask().with_user(self.two).action_approve()
        self.env["rc.attribution"]._decide_for_order(old, self.now - DAY)
        new = self.an_order(self.member)
        new.user_id = False
        self.env["rc.attribution"]._decide_for_order(new, self.now + DAY)
        self.assertEqual(old.rc_partner_id, self.studio)
        self.assertEqual(
            (new.rc_partner_id, new.rc_attribution_id.evidence), (self.rival, "sponsor")
        )

    def test_nobody_it_is_about_approves(self):
        self.two.partner_id.parent_id = False
        change = self.ask(sponsor_id=self.two.partner_id.id)
        with self.assertRaises(UserError):
            change.with_user(self.two).action_approve()
        self.assertEqual(change.state, "waiting")

    def test_a_circle_is_refused_and_nothing_changes(self):
        below = self.a_sign_up("Below Test", at=self.now - DAY)
        self.env["rc.sponsor.edge"]._bind(below, self.member, self.now - DAY)
        change = self.ask(sponsor_id=below.id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            change.with_user(self.two).action_approve()
        self.assertEqual(self.edges(), [(self.studio, False)])

    def test_salespeople_ask_for_nothing_and_facts_are_the_systems(self):
        with self.assertRaises(AccessError):
            self.ask(self.sara)
        change = self.ask()
        for vals in ({"state": "done"}, {"requested_by_id": self.two.id}, {"sponsor_id": 1}):
            with self.subTest(vals), self.assertRaises(UserError):
                change.write(vals)
        with self.assertRaises(AccessError):
            self.ask(sponsor_id=self.studio.id, state="done")
        with self.assertRaises(UserError):
            change.unlink()

    def test_members_correct_in_seven_days_to_the_second(self):
        changes, user = self.env["rc.sponsor.change"], self.member.user_ids
        end = self.now - 13 * DAY
        self.assertEqual(changes._get_member_deadline(self.member), end)
        with self.assertRaises(Refusal) as caught:
            changes._correct_by_member(self.member, user, "RIVALTEST", end)
        self.assertEqual(caught.exception.code, "not_eligible")
        change = changes._correct_by_member(self.member, user, "rivaltest", end - SECOND)
        self.assertEqual((change.state, change.origin), ("done", "member"))
        self.assertEqual(self.edges(), [(self.studio, True), (self.rival, False)])
        order = self.an_order(self.member)
        order.user_id = False
        self.env["rc.attribution"]._decide_for_order(order, end)
        self.assertEqual(
            (order.rc_partner_id, order.rc_attribution_id.evidence), (self.rival, "sponsor")
        )
        reasons = [c["reason"] for c in order.rc_attribution_id.candidates]
        self.assertIn("corrected", reasons, "the code typed at sign-up speaks no more")


@tagged("post_install", "-at_install")
class TestSponsorPage(ReferralHttpCase):
    def test_a_member_puts_the_sponsor_right_on_the_own_page(self):
        self.a_code(self.a_participant("Gone Test"), "GONETEST")
        member = self.a_sign_up(at=self.env.cr.now(), typed=self.code)
        login = member.user_ids.login
        self.authenticate(login, login)
        page = self.url_open("/my/referrals").text
        self.assertIn("Who invited you", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        for text, expected in (("NOPENOPE", self.studio), ("rivaltest", self.rival)):
            answer = self.url_open(
                "/my/referrals/sponsor", data={"csrf_token": token, "code": text}
            )
            self.assertEqual(answer.status_code, 200)
            member.invalidate_recordset(["rc_sponsor_id"])
            self.assertEqual(member.rc_sponsor_id, expected, text)
        self.assertIn("it is corrected", answer.text)
