import importlib.util
import pathlib

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import MembershipCase

MIGRATIONS = pathlib.Path(__file__).parents[1] / "migrations"


def load(version, stage, name="migrate"):
    """Return a migration script as a module."""
    path = MIGRATIONS / version / f"{stage}-{name}.py"
    spec = importlib.util.spec_from_file_location("rc_membership_migration", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@tagged("post_install", "-at_install")
class TestCompaniesOfOldRows(MembershipCase):
    """19.0.1.1.0: events and entitlements were of no company before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Second Company"})
        cls.second = cls.env["rc.program"].create(
            {"name": "Second", "code": "second", "company_id": cls.other.id}
        )

    def migrate(self):
        self.env.flush_all()
        load("19.0.1.1.0", "pre").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def forget(self, table, later=()):
        """Make the rows as they were before: without a company, and without ``later`` columns."""
        self.env.flush_all()
        name = SQL.identifier(table)
        for column in ("company_id", *later):
            self.env.cr.execute(
                SQL("ALTER TABLE %s ALTER %s DROP NOT NULL", name, SQL.identifier(column))
            )
        self.env.cr.execute(SQL("UPDATE %s SET company_id = NULL", name))
        self.env.invalidate_all()

    def test_an_event_gets_the_company_of_what_it_is_about(self):
        user = self.a_portal_user("migrated")
        user.sudo().write({"company_ids": [(4, self.other.id)], "company_id": self.other.id})
        there = self.a_member("There", company_id=self.other.id)
        order = self.an_order(self.a_member("Here"))
        events = self.env["rc.event"]
        events._push("signed up", "signed_up", user.partner_id)
        events._push("contact", "signed_up", there)
        events._push("nobody's", "signed_up", self.a_member("Nobody's"))
        events._push("order", "payment_changed", order)
        self.forget("rc_event")
        self.migrate()
        self.assertFalse(events.search([("company_id", "=", False)]))
        for key, company in (
            ("signed up", self.other),
            ("contact", self.other),
            ("nobody's", self.env.ref("base.main_company")),
            ("order", order.company_id),
        ):
            self.assertEqual(events.search([("key", "=", key)]).company_id, company, key)

    def test_an_entitlement_that_two_companies_give_becomes_one_for_each(self):
        chat = self.env.ref("rc_membership.entitlement_chat")
        chat.name = "Chat of all"
        lines = self.env["rc.tier.entitlement"]
        home_lines = lines.search([("entitlement_id", "=", chat.id)])
        tier = self.env["rc.tier"].create(
            {"name": "Gold", "code": "gold", "program_id": self.second.id}
        )
        own = self.env["rc.entitlement"].create({"name": "x", "code": "x"})
        self.forget("rc_entitlement", later=("currency_id",))
        self.env.cr.execute(
            "INSERT INTO rc_tier_entitlement (tier_id, entitlement_id, company_id, amount, per)"
            " VALUES (%s, %s, %s, 5, 'day')",
            (tier.id, chat.id, self.other.id),
        )
        self.migrate()
        theirs = tier.entitlement_line_ids.entitlement_id
        self.assertEqual(home_lines.entitlement_id, chat)
        self.assertRecordValues(
            chat | theirs | own,
            [
                {"name": "Chat of all", "code": "chat", "company_id": self.company.id},
                {"name": "Chat of all", "code": "chat", "company_id": self.other.id},
                {"name": "x", "code": "x", "company_id": self.company.id},
            ],
        )

    def test_running_it_again_changes_nothing(self):
        before = self.env["rc.entitlement"].search([]).mapped("company_id.id")
        self.migrate()
        self.assertEqual(self.env["rc.entitlement"].search([]).mapped("company_id.id"), before)


@tagged("post_install", "-at_install")
class TestEntitlementCompanies(MembershipCase):
    def test_each_company_has_its_own_codes_and_a_tier_gives_its_companys_rights_only(self):
        other = self.env["res.company"].create({"name": "Second Company"})
        rights = self.env["rc.entitlement"]
        theirs = rights.create({"name": "Chat", "code": "chat", "company_id": other.id})
        tier = self.env["rc.tier"].search([("program_id", "=", self.program.id)], limit=1)
        with self.assertRaises(UserError):
            tier.entitlement_line_ids = [(0, 0, {"entitlement_id": theirs.id, "amount": 1})]
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            rights.create({"name": "Again", "code": "chat"}).flush_recordset()
