from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.rc_event import RcEvent
from .common import MembershipCase

LOGGER = "odoo.addons.rc_membership.models.rc_event"


@tagged("post_install", "-at_install")
class TestEvents(MembershipCase):
    def push(self, key="fact"):
        return self.env["rc.event"]._push(key, "signed_up", self.member)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_member()
        cls.drain()

    def events(self, key="fact"):
        return self.env["rc.event"].search([("key", "=", key), ("consumer", "=", "member_account")])

    def test_a_fact_is_in_the_inbox_once_however_often_it_is_delivered(self):
        self.assertGreaterEqual(self.push(), 1)
        self.assertEqual(self.push(), 0)
        self.assertEqual(len(self.events()), 1)

    def test_a_drained_event_is_done_and_is_not_worked_again(self):
        self.push()
        self.assertGreaterEqual(self.env["rc.event"]._drain(), 1)
        self.assertEqual(self.events().state, "done")
        self.assertEqual(self.env["rc.event"]._drain(), 0)

    def test_one_bad_record_does_not_stop_the_others_and_is_kept_with_its_reason(self):
        self.push("bad")
        self.push("good")
        bad = self.events("bad")
        real = RcEvent._consume_member_account

        def consume(event):
            if event == bad:
                raise RuntimeError("no such thing")
            return real(event)

        with (
            patch.object(type(bad), "_consume_member_account", consume),
            mute_logger(LOGGER),
        ):
            self.env["rc.event"]._drain()
            self.assertEqual(self.events("good").state, "done")
            self.assertRecordValues(bad, [{"state": "todo", "attempts": 1}])
            self.assertIn("no such thing", bad.error)
            self.assertGreater(bad.next_try_at, self.env.cr.now())
            self.assertEqual(self.env["rc.event"]._drain(), 0, "not before its time")
            for _attempt in range(4):
                bad.next_try_at = False
                self.env["rc.event"]._drain()
        self.assertRecordValues(bad, [{"state": "error", "attempts": 5}])
        manager = new_test_user(
            self.env, "events-manager", groups="rc_membership.group_program_manager"
        )
        bad.with_user(manager).action_retry()
        self.env["rc.event"]._drain()
        self.assertRecordValues(bad, [{"state": "done", "error": False}])

    def test_what_another_worker_wrote_first_is_tried_again_at_once_and_then_with_patience(self):
        self.push("twice")
        event = self.events("twice")

        def consume(record):
            self.env.cr.execute(
                "INSERT INTO rc_event (key, consumer, kind, company_id, occurred_at, state)"
                " SELECT key, consumer, kind, company_id, occurred_at, 'todo'"
                " FROM rc_event WHERE id = %s",
                [record.id],
            )

        with (
            patch.object(type(event), "_consume_member_account", consume),
            mute_logger(LOGGER, "odoo.sql_db"),
        ):
            event._work()
            self.assertRecordValues(event, [{"state": "todo", "next_try_at": False}])
            event._work()
            self.assertGreater(event.next_try_at, self.env.cr.now())
        event._work()
        self.assertRecordValues(event, [{"state": "done", "attempts": 2}])

    def test_an_event_is_of_its_records_company_and_worked_there(self):
        other = self.env["res.company"].create({"name": "Second Company"})
        program = self.env["rc.program"].create(
            {"name": "Second", "code": "second", "company_id": other.id}
        )
        contact = self.a_member("Contact of the Second", company_id=other.id)
        events = self.env["rc.event"]
        events._push("of the record", "signed_up", contact)
        events.with_company(other)._push("of the sign-up", "signed_up", self.member)
        self.push("at home")
        for key, company in (
            ("of the record", other),
            ("of the sign-up", other),
            ("at home", self.company),
        ):
            self.assertEqual(self.events(key).company_id, company, key)
        self.drain()
        accounts = self.env["rc.point.account"].search(
            [("partner_id", "in", (contact | self.member).ids)], order="id"
        )
        self.assertEqual(
            [(account.partner_id, account.program_id) for account in accounts],
            [(contact, program), (self.member, program), (self.member, self.program)],
        )

    def test_a_manager_neither_sees_nor_retries_events_of_another_company(self):
        self.push()
        event = self.events()
        event.write({"state": "error", "attempts": 5})
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "events-stranger",
            groups="rc_membership.group_program_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self.env["rc.event"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            event.with_user(stranger).action_retry()
        self.assertEqual(event.state, "error")

    def test_only_a_manager_retries(self):
        self.push()
        salesperson = new_test_user(
            self.env, "events-sales", groups="rc_membership.group_salesperson"
        )
        with self.assertRaises(AccessError):
            self.events().with_user(salesperson).action_retry()

    def test_a_failing_consumer_leaves_a_payment_alone(self):
        invoice = self.an_invoice(self.member)
        with (
            patch.object(
                type(self.env["rc.point.rule"]), "_apply_to_invoices", side_effect=ValueError("x")
            ),
            mute_logger(LOGGER),
        ):
            self.pay(invoice)
            self.env["rc.event"]._drain()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.member.rc_tier_id.code, "premium")
