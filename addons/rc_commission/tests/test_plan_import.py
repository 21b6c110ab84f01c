import base64
import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import html2plaintext

from ..kernel.plan_diff import diff_plans
from ..kernel.plan_file import load_plan, to_json
from .common import PLANS, CommissionCase

PLAN = """plan: imported
name: Imported
currency: USD
rules:
  - {id: a, on: payment, pay: {to: sponsor}, rate: 10%}
"""


@tagged("post_install", "-at_install")
class TestPlanImport(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "imp_manager", groups="base.group_user,rc_membership.group_program_manager"
        )

    def a_wizard(self, text):
        return (
            self.env["rc.commission.plan.import"]
            .with_user(self.manager)
            .create({"file_data": base64.b64encode(text.encode()), "file_name": "plan.yaml"})
        )

    def test_an_import_shows_the_rules_and_creates_a_plan_with_a_draft(self):
        wizard = self.a_wizard(PLAN)
        self.assertEqual((wizard.problem, wizard.code), (False, "imported"))
        self.assertIn("Pay the sponsor 10 % of the net amount", html2plaintext(wizard.preview_html))
        action = wizard.action_import()
        version = self.env["rc.commission.plan.version"].browse(action["res_id"])
        self.assertEqual(
            (version.plan_id.code, version.plan_id.name, version.number, version.state),
            ("imported", "Imported", 1, "draft"),
        )
        self.assertEqual(version.source, PLAN)

    def test_a_second_import_is_a_new_draft_version(self):
        self.a_wizard(PLAN).action_import()
        wizard = self.a_wizard(PLAN.replace("10%", "12%"))
        self.assertEqual(wizard.plan_id.code, "imported")
        version = self.env["rc.commission.plan.version"].browse(wizard.action_import()["res_id"])
        self.assertEqual((version.number, version.plan_id), (2, wizard.plan_id))
        changes = html2plaintext(version.changes_html)
        self.assertIn("Rule a: how much", changes)
        self.assertIn("10 % of the net amount", changes)
        self.assertIn("12 % of the net amount", changes)

    def test_json_is_a_plan_file_too(self):
        text = to_json(load_plan(PLAN))
        version = self.env["rc.commission.plan.version"].browse(
            self.a_wizard(text).action_import()["res_id"]
        )
        version.invalidate_recordset()
        self.assertTrue(version.source.startswith("plan: imported\nname: Imported\n"))

    def test_errors_name_line_path_and_suggestion_and_nothing_is_written(self):
        count = self.env["rc.commission.plan"].search_count([])
        for bad, sentence in (
            (PLAN.replace("sponsor", "sponser"), "Line 5: rules[0].pay.to: “sponser” is not possible here. Did you mean “sponsor”?"),
            (PLAN.replace("10%", "110%"), "Line 5: rules[0].rate: 110% is out of range (from 0% to 100%)."),
            (PLAN.replace("rate:", "rat:"), "Line 5: rules[0]: “rate” is missing."),
            (PLAN.replace("USD", "XXZ"), "Line 3: currency: The currency “XXZ” does not exist."),
            (PLAN.replace("name: Imported", "nmae: Imported"), "Line 1: name: “name” is missing."),
            (PLAN + "rules: []\n", "Line 6: rules: “rules” is given twice."),
            (PLAN.replace("rate: 10%", "rate: {by: tier, table: {}}"), "Line 5: rules[0].rate.table: Here belong words with their values, and at least one of them."),
            (PLAN.replace("rate: 10%", "rate: {by: rank, ladder: x, table: {a: 1%}}"), "Line 5: rules[0]: The plan has no ladder “x”."),
            (PLAN.replace("{to: sponsor}", "{to: match, rules: [b], level: 1}"), "Line 5: rules[0].pay.rules: The plan has no rule “b”. Possible are: a."),
            (PLAN.replace("{to: sponsor}", "{to: match, rules: [a], level: 1}"), "Line 5: rules[0].pay.rules: The rule matches itself, directly or through others: a match may only name rules that do not depend on it."),
            (PLAN.replace("rate: 10%", "rate: {brackets: {metric: seller_sales, steps: [{from: 5, rate: 1%}, {from: 2, rate: 2%}]}}"), "Line 5: rules[0].rate.brackets.steps[1].from: Steps go up: each “from” must be more than the one before it. Sort them and leave none twice."),
            (PLAN.replace("rate: 10%", "rate: 10%, renewal: only, first: 1"), "Line 5: rules[0].first: “first: 1” and “renewal: only” are never true together, so this would never pay. Change or remove one of them."),
            (PLAN.replace("rate: 10%", "rate: 10%, kind: renewal, renewal: never"), "Line 5: rules[0].renewal: “never” leaves nothing to pay on."),
            ("plan: [", "Line 1: The file is not valid YAML: "),
        ):  # fmt: skip
            with self.subTest(sentence):
                wizard = self.a_wizard(bad)
                self.assertTrue(wizard.problem.startswith(sentence), wizard.problem)
                with self.assertRaises(ValidationError) as caught:
                    wizard.action_import()
                self.assertEqual(caught.exception.args[0], wizard.problem)
        self.assertEqual(self.env["rc.commission.plan"].search_count([]), count)

    def test_a_file_that_is_no_text_is_refused(self):
        wizard = self.env["rc.commission.plan.import"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "no text file"):
            wizard.create({"file_data": base64.b64encode(b"\xff\xfe\x00")}).action_import()

    def test_a_pasted_text_is_read_at_once(self):
        wizard = self.env["rc.commission.plan.import"].with_user(self.manager)
        with Form(wizard) as form:
            form.text = PLAN
            self.assertIn("Pay the sponsor", form.preview_html)

    def test_every_shipped_plan_survives_export_and_import(self):
        for path in sorted(PLANS.glob("*.yaml")):
            with self.subTest(path.stem):
                text = path.read_text().replace(f"plan: {path.stem}", f"plan: {path.stem}_trip")
                first = self.env["rc.commission.plan"]._import_text(text, self.company).version_ids
                exported = base64.b64decode(first.file_data).decode()
                self.assertEqual((exported, first.file_name), (text, f"{path.stem}_trip-1.yaml"))
                # and what we write ourselves says the same
                first.sudo().file_text = False
                again = load_plan(base64.b64decode(first.file_data).decode())
                self.assertEqual(diff_plans(json.loads(first.definition), again), ())

    def test_a_download_is_the_file(self):
        plan = self.plans["promoters"]
        action = plan.version_ids.with_user(self.manager).action_export()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertIn(f"/{plan.version_ids.id}/file_data/promoters_test-1.yaml", action["url"])

    def test_two_versions_are_compared_in_the_readers_language(self):
        old = self.plans["promoters"].version_ids
        text = old.source.replace("hold_days: 30", "hold_days: 14").replace(
            "pay: {to: sponsor, level: 2}, rate: 5%", "pay: {to: sponsor, level: 2}, rate: 4%"
        )
        new = old.create({"plan_id": old.plan_id.id, "source": text})
        wizard_id = new.with_user(self.manager).action_compare()["res_id"]
        wizard = self.env["rc.commission.plan.compare"].with_user(self.manager).browse(wizard_id)
        self.assertEqual((wizard.old_id, wizard.new_id), (old, new))
        rows = html2plaintext(wizard.changes_html)
        for text in ("Days held", "30", "14", "Rule second: how much", "5 %", "4 %"):
            self.assertIn(text, rows)
        wizard.old_id = new
        self.assertIn("say the same", html2plaintext(wizard.changes_html))

    def test_a_salesperson_imports_nothing(self):
        with self.assertRaises(AccessError):
            self.env["rc.commission.plan.import"].with_user(self.sara).create({"text": PLAN})
