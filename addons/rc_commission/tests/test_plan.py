from datetime import date, timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, html2plaintext, mute_logger

from ..models.rc_commission_plan import DEFAULT_ON, SHIPPED
from .common import BEGIN, PLANS, CommissionCase


@tagged("post_install", "-at_install")
class TestPlan(CommissionCase):
    def setUp(self):
        super().setUp()
        self.plan = self.a_simple_plan("pay: {to: seller}, rate: 10%")
        self.version = self.plan.version_ids

    def test_a_published_version_never_changes(self):
        for values in ({"source": "plan: x"}, {"definition": "{}"}, {"date_from": "2020-01-01"}):
            with self.assertRaisesRegex(UserError, "never changes"):
                self.version.write(values)
        with self.assertRaises(UserError):
            self.version.unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_itself_refuses_to_change_a_published_version(self):
        for statement in (
            SQL(
                "UPDATE rc_commission_plan_version SET definition = '{}' WHERE id = %s",
                self.version.id,
            ),
            SQL(
                "UPDATE rc_commission_plan_version SET state = 'draft' WHERE id = %s",
                self.version.id,
            ),
            SQL("DELETE FROM rc_commission_plan_version WHERE id = %s", self.version.id),
        ):
            with self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
                self.env.cr.execute(statement)

    def test_a_new_version_starts_where_the_old_one_ends(self):
        action = self.plan.action_new_version()
        draft = self.env["rc.commission.plan.version"].browse(action["res_id"])
        self.assertEqual(
            (draft.number, draft.state, draft.source), (2, "draft", self.version.source)
        )
        self.assertEqual(self.plan.action_new_version()["res_id"], draft.id)
        start = fields.Date.context_today(self.env.user) + timedelta(days=7)
        draft.date_from = start
        self.manager = new_test_user(
            self.env, "com_manager", groups="base.group_user,rc_membership.group_program_manager"
        )
        draft.with_user(self.manager).action_publish()
        self.assertEqual((self.version.date_to, draft.date_from), (start, start))
        for day, version in ((start - timedelta(days=1), self.version), (start, draft)):
            found = self.env["rc.commission.plan"]._get_versions_in_force(self.company, day)
            self.assertEqual(found.filtered(lambda v: v.plan_id == self.plan), version)

    def test_a_version_cannot_be_published_into_the_past(self):
        draft = self.env["rc.commission.plan.version"].create(
            {"plan_id": self.plan.id, "source": self.version.source, "date_from": "2026-01-15"}
        )
        with self.assertRaisesRegex(UserError, "cannot start in the past"):
            draft.action_publish()

    def test_only_a_program_manager_publishes(self):
        draft = self.env["rc.commission.plan.version"].create(
            {"plan_id": self.plan.id, "source": self.version.source}
        )
        with self.assertRaises(UserError):
            draft.with_user(self.sara).action_publish()
        self.assertEqual(draft.state, "draft")

    def test_a_slip_in_a_plan_file_is_named_with_line_and_suggestion(self):
        draft = self.env["rc.commission.plan.version"].create({"plan_id": self.plan.id})
        bad = "plan: simple\nname: S\ncurrency: USD\nrules:\n  - {id: a, on: payment, pay: {to: seler}, rate: 1%}\n"
        with self.assertRaises(ValidationError) as caught:
            draft.source = bad
        self.assertEqual(
            caught.exception.args[0],
            "Line 5: rules[0].pay.to: “seler” is not possible here. Did you mean “seller”?",
        )

    def test_rules_read_as_sentences(self):
        html = self.plans["internal_staff"].rules_html
        self.assertIn(
            "Pay the salesperson of the order 5 % of the net amount on renewals, held 30 days.",
            html,
        )
        self.assertIn("$\xa0500.00 for each unit", html)

    def test_the_code_of_a_plan_that_was_published_is_fixed(self):
        with self.assertRaises(UserError):
            self.plan.code = "other"

    def test_shipped_plans_are_loaded_once_and_stay_drafts_in_another_currency(self):
        company = self.env["res.company"].create(
            {"name": "Euro", "currency_id": self.env.ref("base.EUR").id}
        )
        self.env.ref("base.EUR").active = True
        plans = self.env["rc.commission.plan"]._load_shipped(company, date(2026, 1, 1))
        self.assertEqual(plans.mapped("code"), list(SHIPPED))
        self.assertEqual(set(plans.version_ids.mapped("state")), {"draft"})
        self.assertFalse(self.env["rc.commission.plan"]._load_shipped(company, date(2026, 1, 1)))

    def test_only_the_usual_plans_are_in_force_once_loaded(self):
        company = self.env["res.company"].create({"name": "Dollar", "currency_id": self.usd.id})
        plans = self.env["rc.commission.plan"]._load_shipped(company, date(2026, 1, 1))
        in_force = plans.filtered(lambda plan: plan.version_ids.state == "published")
        self.assertEqual(in_force.mapped("code"), list(DEFAULT_ON))
        self.assertEqual(set((plans - in_force).version_ids.mapped("state")), {"draft"})

    def test_an_upgrade_puts_nothing_in_force(self):
        company = self.env["res.company"].create({"name": "Upgraded", "currency_id": self.usd.id})
        plans = self.env["rc.commission.plan"]._load_shipped(company, publish=False)
        self.assertEqual(set(plans.version_ids.mapped("state")), {"draft"})

    def test_every_plan_file_is_shipped(self):
        files = {path.stem for path in PLANS.glob("*.yaml")}
        self.assertEqual(files, set(SHIPPED))

    # --- override ------------------------------------------------------

    def a_deep_draft(self):
        text = (
            "plan: deep\nname: Deep\ncurrency: USD\nlimits: {levels: none}\nrules:\n"
            "  - {id: a, on: payment, pay: {to: sponsor, level: 3}, rate: 1%}\n"
        )
        return self.env["rc.commission.plan"]._import_text(text, self.company).version_ids

    def test_a_multi_level_plan_is_not_published_without_an_override(self):
        draft = self.a_deep_draft()
        with self.assertRaisesRegex(UserError, "more than two levels"):
            draft.action_publish()
        with self.assertRaisesRegex(UserError, "more than two levels"):
            draft._publish(BEGIN)
        self.assertEqual(draft.state, "draft")

    def test_an_override_needs_a_reason_and_keeps_it(self):
        draft = self.a_deep_draft()
        with self.assertRaisesRegex(UserError, "needs a reason"):
            draft._publish_with_override(BEGIN, " ")
        draft._publish_with_override(BEGIN, "A trial in the scenario runner")
        self.assertEqual(
            (draft.state, draft.date_from, draft.override_reason),
            ("published", BEGIN, "A trial in the scenario runner"),
        )

    def test_nobody_writes_an_override_over_rpc(self):
        manager = new_test_user(
            self.env, "ovr_manager", groups="base.group_user,rc_membership.group_program_manager"
        )
        draft = self.a_deep_draft().with_user(manager)
        for values in ({"override_reason": "Me"}, {"definition": "{}"}, {"file_text": "x"}):
            with self.assertRaises(AccessError):
                draft.write(values)
        with self.assertRaisesRegex(UserError, "needs an override"):
            draft.action_publish()

    # --- in force ------------------------------------------------------

    def test_the_timeline_says_when_which_version_is_in_force(self):
        draft = self.env["rc.commission.plan.version"].create(
            {"plan_id": self.plan.id, "source": self.version.source}
        )
        draft._publish(date(2026, 3, 1))
        text = html2plaintext(self.plan.timeline_html)
        self.assertIn("Version 1", text)
        self.assertIn("Jan 1, 2026 until before Mar 1, 2026", text)
        self.assertIn("from Mar 1, 2026", text)
