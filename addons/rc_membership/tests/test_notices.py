"""How members are told: by mail, SMS, or only on their page."""

from datetime import date

from odoo.tests import HttpCase, tagged

from ..exceptions import Refusal
from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestNotices(MembershipCase):
    def a_told_plan(self, **vals):
        member = self.a_member("Mia", email="mia-told@example.com", **vals)
        self.buy(member, "premium-month", on=date(2026, 1, 1))
        return self.env["rc.subscription"]._get_running(member, self.program)

    def told(self, member):
        """Return (mails, short messages) to a member about a reminder."""
        mails = self.env["mail.mail"].search([("recipient_ids", "in", member.ids)])
        texts = self.env["sms.sms"].search([("partner_id", "=", member.id)])
        return len(mails.filtered(lambda m: "Premium" in (m.subject or ""))), texts.mapped("body")

    def remind(self, plan):
        before = self.told(plan.partner_id)[0]
        plan._remind(date(2026, 1, 25))
        mails, texts = self.told(plan.partner_id)
        return mails - before, texts

    def test_a_reminder_goes_the_way_the_member_chose_and_is_always_on_the_page(self):
        for way, phone, mails, count in (
            (False, "+12025550140", 1, 0),
            ("email", "+12025550140", 1, 0),
            ("sms", "+12025550140", 0, 1),
            ("sms", False, 1, 0),
            ("portal", "+12025550140", 0, 0),
        ):
            plan = self.a_told_plan(phone=phone, rc_notify_by=way)
            sent, texts = self.remind(plan)
            self.assertEqual((sent, len(texts)), (mails, count), (way, phone))
            [(_at, sentence, _icon)] = plan.partner_id._rc_get_notices(5)
            self.assertIn("Premium ends on", sentence)
            if texts:
                self.assertIn("Premium", texts[0])
                self.assertIn("/my/notices", texts[0])

    def test_an_sms_needs_a_number_and_a_way_is_one_of_three(self):
        mia = self.a_member("Mia", phone=False)
        for way in ("sms", "pigeon", ""):
            with self.assertRaises(Refusal) as caught:
                mia._rc_choose_way(way)
            self.assertEqual(caught.exception.code, "not_eligible")
        mia.phone = "+12025550141"
        mia._rc_choose_way("sms")
        self.assertEqual(mia.rc_notify_by, "sms")


@tagged("post_install", "-at_install")
class TestNoticesPage(HttpCase, MembershipCase):
    def test_a_member_reads_notices_and_chooses_the_way(self):
        user = self.a_portal_user("mia_reads")
        mia = user.partner_id
        mia.phone = False
        self.buy(mia, "premium-month", on=date(2026, 1, 1))
        self.env["rc.subscription"]._get_running(mia, self.program)._remind(date(2026, 1, 25))
        self.authenticate("mia_reads", "mia_reads")
        page = self.url_open("/my/notices").text
        self.assertIn("Premium ends on", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.url_open("/my/notices/way", {"csrf_token": token, "way": "sms"})
        self.assertIn("Add your telephone number", answer.text)
        self.url_open("/my/notices/way", {"csrf_token": token, "way": "portal"})
        self.assertEqual(mia.rc_notify_by, "portal")
