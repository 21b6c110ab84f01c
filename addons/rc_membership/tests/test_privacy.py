"""A person's data: the copy they get, and what is left of them after an erasure."""

import io
import json
import zipfile
from base64 import b64decode
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..exceptions import Refusal
from .common import MembershipCase

NOW = datetime(2026, 3, 1, 12)
NAME = "Zyxwena Qvarnström"
EMAIL = "zyxwena@qvarn.example"
PHONE = "+46 70 555 98 76"
STREET = "Qvarngatan 98"
BANK = "SE4550000000058398257466"
NEEDLES = (NAME, "zyxwena", "Qvarn", "555 98 76", "705559876", BANK)
# what posted invoices must keep, and where
KEPT = {"rc_privacy_retained"}


@tagged("post_install", "-at_install")
class TestPrivacy(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            EMAIL,
            groups="base.group_portal,rc_membership.group_member",
            name=NAME,
            email=EMAIL,
        )
        cls.person = cls.user.partner_id
        cls.person.write({"phone": PHONE, "street": STREET, "city": "Visby", "comment": NAME})
        cls.env["res.partner.bank"].create({"partner_id": cls.person.id, "acc_number": BANK})
        cls.admin = new_test_user(
            cls.env, "privacy_admin", groups="base.group_system,rc_membership.group_administrator"
        )
        cls.requests = cls.env["rc.privacy.request"]

    def live_a_little(self):
        """A paid plan, points, a message, a file, an address: what there is of a member."""
        self.address = self.env["res.partner"].create(
            {"parent_id": self.person.id, "type": "delivery", "name": NAME, "street": STREET}
        )
        invoice = self.buy(self.person)
        self.an_account(self.person)._grant(40, "privacy", "thanks", occurred_at=NOW)
        order = invoice.line_ids.sale_line_ids.order_id
        order.write({"signed_by": NAME, "client_order_ref": NAME})
        order.message_post(
            body=f"Please call {NAME} on {PHONE}",
            author_id=self.person.id,
            email_from=f'"{NAME}" <{EMAIL}>',
            message_type="comment",
        )
        order.message_post(body=f"We called {NAME}.", message_type="comment")
        self.person.message_post(body="Likes tea", message_type="comment")
        self.person.phone = PHONE + " "
        self.env["ir.attachment"].with_user(self.user).sudo().create(
            {"name": f"{NAME}.txt", "raw": NAME.encode(), "res_model": "sale.order"}
            | {"res_id": order.id}
        )
        self.env.flush_all()
        return invoice, order

    def accepted(self):
        return [finding.code for finding in self.person._rc_get_erasure_findings(NOW)]

    def an_erasure(self):
        request = self.requests._ask(
            self.person, "erasure", NOW, self.user, "portal", self.accepted()
        )
        request.with_user(self.admin).action_approve()
        return request

    def work(self):
        """Run the job as the cron does, without its commits."""
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1):
            self.requests._cron_work()
        self.env.flush_all()
        self.env.invalidate_all()

    def find_needles(self):
        """Return the tables of the database that still say who it was."""
        pattern = "|".join(NEEDLES)
        tables = self.env.execute_query(
            SQL(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        )
        found = set()
        for (table,) in tables:
            self.env.cr.execute(
                SQL(
                    "SELECT 1 FROM %s t WHERE t::text ~* %s LIMIT 1", SQL.identifier(table), pattern
                )
            )
            if self.env.cr.rowcount:
                found.add(table)
        return found

    def sums(self):
        """Return the figures that an erasure must not change."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT (SELECT SUM(amount) FROM rc_point_entry), (SELECT COUNT(*) FROM rc_point_entry),
                       (SELECT SUM(available) FROM rc_point_account),
                       (SELECT SUM(amount_total) FROM account_move WHERE state = 'posted'),
                       (SELECT SUM(balance) FROM account_move_line),
                       (SELECT SUM(amount_total) FROM sale_order),
                       (SELECT COUNT(*) FROM rc_subscription_charge),
                       (SELECT COUNT(*) FROM rc_activity)
                """
            )
        )

    # ------------------------------------------------------------------
    # Copy
    # ------------------------------------------------------------------

    def test_a_copy_is_made_by_the_job_and_has_everything_of_the_person(self):
        self.live_a_little()
        self.person.comment = "=1+1"
        request = self.requests._ask(self.person, "export", NOW, self.user)
        self.assertEqual(request.state, "approved")
        self.work()
        self.assertEqual(request.state, "done")
        archive = zipfile.ZipFile(io.BytesIO(b64decode(request.file)))
        data = json.loads(archive.read("data.json"))
        self.assertEqual(
            (data["contact"][0]["name"], data["logins"][0]["login"], len(data["contact"])),
            (NAME, EMAIL, 2),
        )
        self.assertEqual([row["state"] for row in data["memberships"]], ["Active"])
        self.assertIn(("thanks", 40), [(row["reason"], row["points"]) for row in data["points"]])
        self.assertEqual([row["payment_state"] for row in data["invoices"]], ["Paid"])
        page = archive.read("index.html").decode()
        self.assertIn(NAME, page)
        self.assertNotIn("<script", page)
        self.assertIn("tables/points.csv", archive.namelist())
        self.assertIn("'=1+1", archive.read("tables/contact.csv").decode())

    def test_a_copy_is_asked_for_once_at_a_time_and_is_deleted_after_some_days(self):
        first = self.requests._ask(self.person, "export", NOW, self.user)
        self.assertEqual(self.requests._ask(self.person, "export", NOW, self.user), first)
        first._do_export(NOW)
        self.assertTrue(first._get_file())
        self.requests._forget(NOW + timedelta(days=8))
        self.assertEqual((first.state, first.file), ("expired", False))
        self.assertNotEqual(self.requests._ask(self.person, "export", NOW, self.user), first)

    def test_a_copy_for_somebody_without_a_login_is_refused_with_what_to_do(self):
        with self.assertRaisesRegex(Refusal, "portal login first"):
            self.requests._ask(self.a_member("No Login"), "export", NOW, self.admin, "staff")

    # ------------------------------------------------------------------
    # Erasure
    # ------------------------------------------------------------------

    def test_after_an_erasure_no_table_says_who_it_was_and_every_sum_is_as_before(self):
        invoice, order = self.live_a_little()
        before = self.sums()
        account = self.an_account(self.person)
        request = self.an_erasure()
        self.work()
        self.assertEqual(request.state, "done", request.failures)
        self.assertEqual(self.sums(), before)
        self.assertEqual(self.find_needles(), KEPT)
        person = self.person
        self.assertEqual(
            (person.name, person.active, person.email, person.phone, self.user.active),
            (f"Erased person #{person.id}", False, False, False, False),
        )
        self.assertEqual((account.partner_id, order.partner_id), (person, person))
        self.assertEqual(invoice.payment_state, "paid")
        plan = self.env["rc.subscription"].search([("partner_id", "=", person.id)])
        self.assertEqual(plan.state, "cancelled")
        self.assertEqual(self.address.name, person.name)
        kept = self.env["rc.privacy.retained"].search([("partner_id", "=", person.id)])
        self.assertEqual((kept.legal_name, kept.move_count), (NAME, 1))
        self.assertIn(STREET, kept.address)
        self.assertEqual(kept.until, date(2037, 1, 1))

    def test_what_invoices_keep_is_deleted_when_the_years_are_over(self):
        self.live_a_little()
        self.an_erasure()
        self.work()
        kept = self.env["rc.privacy.retained"].search([("partner_id", "=", self.person.id)])
        kept._forget(self.company, date(2036, 12, 31))
        self.assertTrue(kept.exists())
        kept._forget(self.company, date(2037, 1, 1))
        self.assertFalse(kept.exists())
        self.assertEqual(self.find_needles(), set())

    def test_the_last_mail_goes_out_after_the_fact_and_is_kept_nowhere(self):
        self.env.company.email = "hello@rainbow.example"
        self.an_erasure()
        server = type(self.env["ir.mail_server"])
        with patch.object(server, "send_email", autospec=True) as send:
            self.work()
            send.assert_not_called()
            self.env.cr.postcommit.run()
        [message] = [call.args[1] for call in send.call_args_list]
        self.assertEqual((message["To"], message["Subject"]), (EMAIL, "Your data has been erased"))
        self.assertIn(NAME, message.get_body(("html",)).get_content())
        self.assertEqual(self.find_needles(), set())

    def test_an_erasure_that_broke_off_says_nothing(self):
        self.an_erasure()
        contact = type(self.person)
        with (
            patch.object(contact, "_rc_erase_contact", side_effect=ValueError()),
            mute_logger("odoo.addons.rc_membership.models.rc_privacy_work"),
            patch.object(type(self.env["ir.mail_server"]), "send_email") as send,
        ):
            self.work()
            self.env.cr.postcommit.run()
        send.assert_not_called()

    def test_erasing_twice_changes_nothing(self):
        self.an_erasure()
        self.work()
        stamp = self.person.write_date
        self.assertEqual(self.person._rc_erase(NOW), {})
        self.assertEqual(self.person.write_date, stamp)
        with self.assertRaisesRegex(Refusal, "erased already"):
            self.requests._ask(self.person, "erasure", NOW, self.admin, "staff")

    def test_a_try_that_broke_off_left_nothing_and_the_next_one_finishes(self):
        request = self.an_erasure()
        contact = type(self.person)
        with (
            patch.object(contact, "_rc_erase_contact", side_effect=ValueError(NAME)),
            self.assertLogs("odoo.addons.rc_membership.models.rc_privacy_work") as logs,
        ):
            self.work()
        self.assertNotIn(NAME, "".join(logs.output))
        self.assertEqual((request.state, request.failures), ("approved", 1))
        self.assertEqual((self.person.name, self.user.login), (NAME, EMAIL))
        request.next_try_at = False
        self.work()
        self.assertEqual((request.state, self.user.active), ("done", False))

    @mute_logger("odoo.addons.base.models.res_users")
    def test_an_erased_login_opens_nothing(self):
        self.an_erasure()
        self.work()
        self.assertEqual(self.user.login, f"erased-{self.user.id}")
        for login in (EMAIL, self.user.login):
            with self.assertRaises(AccessDenied):
                credential = {"login": login, "password": EMAIL, "type": "password"}
                self.env["res.users"].authenticate(credential, {"interactive": True})

    def test_what_would_be_lost_is_said_first(self):
        self.live_a_little()
        with self.assertRaisesRegex(Refusal, "Points are lost") as refusal:
            self.requests._ask(self.person, "erasure", NOW, self.user)
        self.assertIn("ends at once", str(refusal.exception))

    def test_staff_enters_a_request_and_approves_it_only_when_the_person_was_told(self):
        self.an_account(self.person)._grant(40, "privacy", "thanks", occurred_at=NOW)
        request = self.requests.with_user(self.admin).create(
            {"partner_id": self.person.id, "kind": "erasure"}
        )
        with self.assertRaisesRegex(Refusal, "Tell the person first"):
            request.action_approve()
        request.is_told = True
        request.action_approve()
        self.work()
        self.assertEqual(request.state, "done")

    def test_unpaid_invoices_refuse_an_erasure(self):
        invoice = self.an_invoice(self.person)
        with self.assertRaisesRegex(Refusal, invoice.name):
            self.requests._ask(self.person, "erasure", NOW, self.user, "portal", self.accepted())

    def test_our_own_people_are_not_erased(self):
        with self.assertRaisesRegex(Refusal, "our own people"):
            self.requests._ask(self.admin.partner_id, "erasure", NOW, self.admin, "staff")

    def test_what_came_up_since_the_decision_is_decided_again(self):
        request = self.an_erasure()
        self.an_invoice(self.person)
        self.work()
        self.assertEqual((request.state, self.person.name), ("waiting", NAME))

    def test_only_an_administrator_decides_and_never_about_themselves(self):
        request = self.requests._ask(self.person, "erasure", NOW, self.user)
        manager = new_test_user(
            self.env,
            "privacy_manager",
            groups="sales_team.group_sale_manager,rc_membership.group_program_manager",
        )
        with self.assertRaises(AccessError):
            request.with_user(manager).action_approve()
        with self.assertRaises(AccessError):
            request.with_user(manager).state = "approved"
        with self.assertRaisesRegex(UserError, "Write the reason"):
            request.with_user(self.admin).action_refuse()
        request.with_user(self.admin).reason = "Please call us"
        request.with_user(self.admin).action_refuse()
        self.assertEqual(request.state, "refused")
        with self.assertRaisesRegex(UserError, "decided already"):
            request.with_user(self.admin).action_approve()

    def test_the_preview_says_what_is_deleted_and_what_is_kept(self):
        self.live_a_little()
        request = self.requests._ask(
            self.person, "erasure", NOW, self.user, "portal", self.accepted()
        )
        for text in ("Points are lost", "Posted invoices", "kept", "deleted"):
            self.assertIn(text, str(request.preview))

    def test_odoos_delete_account_asks_for_an_erasure(self):
        self.user._deactivate_portal_user()
        request = self.requests.search([("partner_id", "=", self.person.id)])
        self.assertEqual((request.kind, request.state), ("erasure", "waiting"))

    def test_odoos_delete_account_is_refused_while_something_would_be_lost(self):
        self.live_a_little()
        with self.assertRaisesRegex(UserError, "/my/privacy"):
            self.user._deactivate_portal_user()
        self.assertTrue(self.user.active)
