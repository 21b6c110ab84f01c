from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.rc_membership.exceptions import Refusal

from .test_usage import UsageCase, noon

NOW = datetime(2026, 3, 10, 12)


class BenefitCase(UsageCase):
    def setUp(self):
        super().setUp()
        frozen = freeze_time(NOW)
        frozen.start()
        self.addCleanup(frozen.stop)
        self.manager = self.a_staff("program_manager")
        self.staff = self.a_staff("salesperson")

    def a_staff(self, role):
        return new_test_user(
            self.env, f"usage-{role}", groups=f"base.group_user,rc_membership.group_{role}"
        )

    def a_salon(self, key="salon", amount=2, **values):
        return self.give("salon", key, amount, **values)

    def record(self, grant, amount=1, user=None, **values):
        wizard = (
            self.env["rc.benefit.use.wizard"]
            .with_user(user or self.staff)
            .create({"partner_id": self.mia.id, "grant_id": grant.id, "amount": amount, **values})
        )
        wizard.action_use()
        return wizard


@tagged("post_install", "-at_install")
class TestBenefits(BenefitCase):
    def test_staff_record_a_use_with_who_when_and_where_once_however_often_pressed(self):
        grant = self.a_salon()
        wizard = self.record(grant, place="Lotus", note="with a friend", occurred_at=noon(3, 9))
        wizard.action_use()
        self.assertRecordValues(
            grant.use_ids,
            [
                {
                    "amount": 1,
                    "place": "Lotus",
                    "note": "with a friend",
                    "occurred_at": noon(3, 9),
                    "user_id": self.staff.id,
                    "partner_id": self.mia.id,
                }
            ],
        )
        self.assertEqual((grant.used, grant.left), (1, 1))

    def test_a_use_over_the_count_after_the_expiry_or_in_the_future_is_refused(self):
        grant = self.a_salon(expires_on=date(2026, 3, 9))
        for values, words in (
            ({"amount": 3, "occurred_at": noon(3, 8)}, "left"),
            ({"occurred_at": noon(3, 9)}, "Salon"),
            ({"occurred_at": NOW + timedelta(hours=1)}, "when it has happened"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.record(grant, **values)
        self.assertEqual(grant.used, 0)

    def test_only_staff_record_uses_and_only_a_manager_gives_transfers_and_takes_back(self):
        grant = self.a_salon()
        nobody = new_test_user(self.env, "usage-nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.record(grant, user=nobody)
        for action in ("action_take_back", "action_transfer"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(grant.with_user(self.staff), action)()
        with self.assertRaises(AccessError):
            self.env["rc.entitlement.give.wizard"].with_user(self.staff).create({})
        with self.assertRaises(AccessError):
            grant.with_user(self.manager).write({"used": 0})
        self.assertEqual(grant.left, 2)

    def give_by_hand(self, code, **values):
        right = self.env["rc.entitlement"]._get_by_code(code, self.company)
        wizard = (
            self.env["rc.entitlement.give.wizard"]
            .with_user(self.manager)
            .create(
                {
                    "partner_ids": [(6, 0, self.mia.ids)],
                    "entitlement_id": right.id,
                    "reason": "thanks",
                    **values,
                }
            )
        )
        wizard.action_give()
        wizard.action_give()
        return self.env["rc.entitlement.grant"].search([("partner_id", "=", self.mia.id)])

    def test_a_manager_gives_a_feature_without_end_a_quota_or_a_card(self):
        self.assertRecordValues(
            self.give_by_hand("case_library"),
            [{"is_unlimited": True, "expires_on": False, "reason": "thanks"}],
        )
        self.give_by_hand("self_reflection", amount=1, expires_on=date(2026, 6, 1))
        self.give_by_hand("portrait_report", how="quota", amount=2, per="month")
        self.assertEqual(self.left("self_reflection", NOW), 1)
        self.assertEqual(self.left("portrait_report", noon(5, 1)), 2)
        with self.assertRaisesRegex(UserError, "not an amount"):
            self.give_by_hand("salon", amount=0)

    def test_a_manager_transfers_what_is_left_with_the_reason_on_both_sides(self):
        grant, leo = self.a_salon(amount=5, expires_on=date(2026, 9, 1)), self.a_member("Leo")
        self.record(grant)
        wizard = (
            self.env["rc.entitlement.transfer.wizard"]
            .with_user(self.manager)
            .create({"grant_id": grant.id, "target_id": leo.id, "reason": "moved away"})
        )
        self.assertEqual(wizard.amount, 4)
        wizard.amount = 3
        given = self.env["rc.entitlement.grant"].browse(wizard.action_transfer()["res_id"])
        self.assertRecordValues(
            given,
            [
                {
                    "partner_id": leo.id,
                    "amount": 3,
                    "expires_on": date(2026, 9, 1),
                    "list_price": 50,
                    "reason": "From Mia: moved away",
                }
            ],
        )
        self.assertEqual((grant.left, grant.use_ids[0].note), (1, "To Leo: moved away"))
        wizard.action_transfer()
        self.assertEqual(grant.left, 1)
        library = self.give("case_library", "library")
        moved = library.with_user(self.manager)._transfer(leo, None, "too", "t:2", NOW)
        self.assertEqual((library.ended_on, moved.partner_id), (NOW.date(), leo))

    def test_what_a_manager_takes_back_is_gone(self):
        grant = self.a_salon()
        grant.with_user(self.manager).action_take_back()
        with self.assertRaises(Refusal):
            self.consume("salon", at=NOW)


@tagged("post_install", "-at_install")
class TestDisputes(BenefitCase):
    def setUp(self):
        super().setUp()
        self.grant = self.a_salon()
        self.record(self.grant)
        self.use = self.grant.use_ids

    def dispute(self, user=None):
        return (
            self.env["rc.entitlement.dispute"]
            .with_user(user or self.staff)
            .create({"use_id": self.use.id, "reason": "was not there"})
        )

    def test_a_manager_gives_it_back_by_a_reversing_row_with_the_reason(self):
        dispute = self.dispute().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Write down why"):
            dispute.action_accept()
        dispute.decision = "the salon was cancelled"
        dispute.action_accept()
        self.assertRecordValues(dispute, [{"state": "accepted", "decided_by_id": self.manager.id}])
        self.assertEqual(self.grant.left, 2)
        self.assertEqual(
            [(use.amount, use.note) for use in self.grant.use_ids.sorted("id")],
            [(1, False), (-1, "the salon was cancelled")],
        )
        with self.assertRaisesRegex(UserError, "decided already"):
            dispute.action_reject()
        with self.assertRaisesRegex(UserError, "given back already"):
            self.dispute()

    def test_a_rejected_one_changes_nothing_and_staff_decide_none(self):
        dispute = self.dispute()
        with self.assertRaises(AccessError):
            dispute.action_accept()
        with self.assertRaises(AccessError):
            dispute.write({"decision": "mine"})
        dispute.with_user(self.manager).decision = "signed in at the door"
        dispute.with_user(self.manager).action_reject()
        self.assertEqual((dispute.state, self.grant.left), ("rejected", 1))

    def test_the_states_are_facts_and_disputes_are_kept(self):
        dispute = self.dispute().with_user(self.manager)
        with self.assertRaises(AccessError):
            dispute.write({"state": "accepted"})
        with self.assertRaises(UserError):
            dispute.sudo().unlink()


@tagged("post_install", "-at_install")
class TestNotices(UsageCase):
    def notice(self):
        return self.env["rc.quota.notice"]._notice(self.program, date(2026, 3, 10))

    def test_who_used_most_of_a_quota_is_listed_once_a_month_with_the_plan_that_fits(self):
        leo = self.a_member("Leo")
        self.consume(amount=4)
        self.consume(amount=3, partner=leo)
        self.assertRecordValues(
            self.notice().filtered(lambda n: n.partner_id in (self.mia | leo)),
            [
                {
                    "partner_id": self.mia.id,
                    "used": 4,
                    "amount": 5,
                    "tier_id": self.env.ref("rc_membership.tier_free").id,
                    "product_tmpl_id": self.a_plan("pro-month").product_tmpl_id.id,
                }
            ],
        )
        self.consume(amount=1)
        self.assertFalse(self.notice())

    def test_the_settings_say_whether_there_is_an_activity_or_a_mail(self):
        self.mia.write({"user_id": self.env.user.id, "email": "mia@example.com"})
        self.consume(amount=5)
        self.company.rc_quota_near_action = "activity"
        self.notice()
        self.assertIn("5 of 5 used: Chat", self.mia.activity_ids.note)
        self.env["rc.quota.notice"].search([]).unlink()
        self.company.rc_quota_near_action = "mail"
        self.notice()
        mail = self.env["mail.mail"].search([("recipient_ids", "=", self.mia.id)])
        self.assertIn("Chat: almost used up", mail.subject)
        self.env["rc.quota.notice"].search([]).unlink()
        self.company.rc_quota_near_percent = 0
        self.assertFalse(self.notice())

    def test_a_hundred_members_cost_the_queries_of_one(self):
        self.consume(amount=5)
        self.notice()
        self.env["rc.quota.notice"].search([]).unlink()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.notice()
        one = self.env.cr.sql_log_count - before
        for partner in self.env["res.partner"].create([{"name": f"N{n}"} for n in range(30)]):
            self.consume(amount=5, partner=partner)
        self.env["rc.quota.notice"].search([]).unlink()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(len(self.notice()), 31)
        self.assertLessEqual(self.env.cr.sql_log_count - before, one + 2)


@tagged("post_install", "-at_install")
class TestUsagePortal(BenefitCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.mia = self.a_portal_user("usage-mia").partner_id
        self.leo = self.a_portal_user("usage-leo").partner_id
        self.authenticate("usage-mia", "usage-mia")

    def post(self, path, **values):
        from odoo import http

        files = values.pop("files", None)
        return self.url_open(
            path, data={"csrf_token": http.Request.csrf_token(self), **values}, files=files
        )

    def test_a_member_sees_bars_with_what_is_left_and_what_unlocks_more(self):
        self.consume(amount=5, at=NOW)
        page = self.url_open("/my/membership").text
        for words in ("0 of 5 left", "Starts again tomorrow", "Pro gives"):
            self.assertIn(words, page)
        self.assertNotIn("All benefits", page)

    def test_benefits_are_ones_own_with_their_expiry(self):
        self.assertIn("No benefits yet", self.url_open("/my/benefits").text)
        self.a_salon(expires_on=date(2026, 9, 1))
        mine, self.mia = self.mia, self.leo
        self.give("gala_ticket", "leo's", 1)
        self.mia = mine
        page = self.url_open("/my/benefits").text
        for words in ("Salon", "2 of 2 left", "expires on Sep 1, 2026"):
            self.assertIn(words, page)
        self.assertNotIn("Gala", page)

    def test_a_member_disputes_an_own_use_with_a_picture(self):
        grant = self.a_salon()
        self.record(grant)
        picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
        path = f"/my/benefits/{grant.use_ids.id}/dispute"
        page = self.post(path, reason="I was not there", files={"evidence": ("a.png", picture)})
        self.assertIn("We look into it", page.text)
        dispute = grant.use_ids.dispute_ids
        files = self.env["ir.attachment"].search(
            [("res_model", "=", dispute._name), ("res_id", "=", dispute.id)]
        )
        self.assertEqual((dispute.reason, files.name), ("I was not there", "a.png"))
        self.assertIn("already", self.post(path, reason="again").text)

    def test_a_bad_dispute_is_told_and_a_foreign_use_is_not_found(self):
        grant = self.a_salon()
        self.record(grant)
        path = f"/my/benefits/{grant.use_ids.id}/dispute"
        self.assertIn("what is wrong", self.post(path, reason=" ").text)
        page = self.post(path, reason="x", files={"evidence": ("a.png", b"<svg onload=x>")})
        self.assertIn("Add a picture or a PDF", page.text)
        self.authenticate("usage-leo", "usage-leo")
        for use_id in (grant.use_ids.id, 999999):
            answer = self.post(f"/my/benefits/{use_id}/dispute", reason="x")
            self.assertEqual(answer.status_code, 404)
        self.assertFalse(grant.use_ids.dispute_ids)
