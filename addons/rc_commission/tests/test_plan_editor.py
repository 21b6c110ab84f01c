import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import PLANS, CommissionCase

MANAGER = "base.group_user,rc_membership.group_program_manager"


@tagged("post_install", "-at_install")
class TestPlanEditor(CommissionCase):
    """A draft's rules, ladders and settings are edited as forms and stay one with the file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "edit_manager", groups=MANAGER)

    def a_draft(self, code="promoters"):
        text = (PLANS / f"{code}.yaml").read_text().replace(f"plan: {code}", f"plan: {code}_edit")
        plan = self.env["rc.commission.plan"]._import_text(text, self.company)
        return plan.version_ids.with_user(self.manager)

    def rule(self, version, rule_id):
        definition = json.loads(version.definition)
        return next(rule for rule in definition["rules"] if rule["id"] == rule_id)

    def open_rule(self, version, rule_id=None):
        action = version.action_edit_rule(rule_id)
        return self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])

    # --- rules ---------------------------------------------------------

    def test_opening_and_saving_every_shipped_rule_changes_nothing(self):
        for path in sorted(PLANS.glob("*.yaml")):
            version = self.a_draft(path.stem)
            before = json.loads(version.definition)
            for rule in before["rules"]:
                editor = self.open_rule(version, rule["id"])
                self.assertEqual(editor.problem, False, (path.stem, rule["id"]))
                editor.action_save()
            self.assertEqual(json.loads(version.definition), before, path.stem)

    def test_a_changed_field_changes_its_word_and_the_file(self):
        version = self.a_draft()
        editor = self.open_rule(version, "second")
        with Form(editor) as form:
            form.rate = "7%"
            form.first = 3
            self.assertIn("7 % of the net amount", form.sentence)
        editor.action_save()
        self.assertEqual(
            self.rule(version, "second"),
            {
                "id": "second",
                "on": "payment",
                "renewal": "never",
                "first": 3,
                "pay": {"to": "sponsor", "level": 2},
                "rate": "7%",
            },
        )
        self.assertIn("first: 3", version.source)

    def test_rows_and_conditions_are_edited_as_lines(self):
        version = self.a_draft()
        editor = self.open_rule(version, "direct")
        with Form(editor) as form:
            with form.table_ids.edit(0) as row:
                row.rate = "11%"
            with form.condition_ids.new() as line:
                line.kind = "metric"
                line.metric = "own_purchases"
                line.figure = "50"
                self.assertIn("at least $\xa050.00 own purchases", line.sentence)
        editor.action_save()
        rule = self.rule(version, "direct")
        self.assertEqual(
            (rule["rate"]["table"]["starter"], rule["when"]),
            ("11%", [{"metric": "own_purchases", "at_least": "50"}]),
        )

    def test_a_new_rule_stands_last_and_a_wrong_one_is_refused_with_a_sentence(self):
        version = self.a_draft()
        editor = self.open_rule(version)
        with Form(editor) as form:
            form.code = "extra"
            form.rate = "101%"
            self.assertIn("out of range", form.problem)
        with self.assertRaisesRegex(ValidationError, "rate: 101% is out of range"):
            editor.action_save()
        editor.rate = "1%"
        editor.action_save()
        last = json.loads(version.definition)["rules"][-1]
        self.assertEqual(
            last, {"id": "extra", "on": "payment", "pay": {"to": "seller"}, "rate": "1%"}
        )

    def test_rules_are_moved_and_removed(self):
        version = self.a_draft()
        ids = [rule["id"] for rule in version.overview["rules"]]
        version.action_move_rule(ids[0], 2)
        moved = [ids[1], ids[2], ids[0], *ids[3:]]
        self.assertEqual([rule["id"] for rule in version.overview["rules"]], moved)
        version.action_remove_rule(ids[1])
        self.assertEqual(
            [rule["id"] for rule in version.overview["rules"]], [i for i in moved if i != ids[1]]
        )

    def test_a_rule_that_others_match_is_not_removed(self):
        version = self.a_draft("chain_2_1")
        with self.assertRaisesRegex(ValidationError, "no rule “direct”"):
            version.action_remove_rule("direct")

    # --- ladders -------------------------------------------------------

    def open_ladder(self, version, code=None):
        action = version.action_edit_ladder(code)
        return self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])

    def test_opening_and_saving_every_shipped_ladder_changes_nothing(self):
        for path in sorted(PLANS.glob("*.yaml")):
            version = self.a_draft(path.stem)
            before = json.loads(version.definition)
            for code in before.get("ladders") or {}:
                self.open_ladder(version, code).action_save()
            self.assertEqual(json.loads(version.definition), before, path.stem)

    def test_a_rank_and_its_requirements_are_edited_as_lines(self):
        version = self.a_draft()
        editor = self.open_ladder(version, "promoter")
        with Form(editor) as form, form.rank_ids.edit(1) as rank, rank.any_ids.edit(0) as line:
            line.figure = "12"
        editor.action_save()
        ladder = json.loads(version.definition)["ladders"]["promoter"]
        self.assertEqual(ladder[1]["any"][0]["at_least"], "12")
        self.assertIn("at least 12", version.overview["ladders"][0]["ranks"][1]["text"])

    def test_a_ladder_that_rules_name_is_not_removed_and_a_new_one_is_added(self):
        version = self.a_draft()
        with self.assertRaisesRegex(ValidationError, "no ladder “promoter”"):
            version.action_remove_ladder("promoter")
        editor = self.open_ladder(version)
        with Form(editor) as form:
            form.code = "title"
            with form.rank_ids.new() as rank:
                rank.code = "explorer"
        editor.action_save()
        self.assertEqual(json.loads(version.definition)["ladders"]["title"], [{"rank": "explorer"}])

    # --- settings and file ---------------------------------------------

    def test_settings_are_fields_of_the_file(self):
        version = self.a_draft()
        with Form(version) as form:
            form.plan_hold_days = 10
            self.assertIn("hold_days: 10", form.source)
            form.plan_level_limit = 0
        definition = json.loads(version.definition)
        self.assertEqual((definition["hold_days"], definition["limits"]["levels"]), (10, "none"))
        self.assertEqual(definition["limits"]["per_sale"], "40%")

    def test_the_file_is_kept_with_its_comments_until_a_form_changes_the_plan(self):
        version = self.a_draft()
        self.assertIn("# Figures marked", version.source)
        version.source = version.source.replace("hold_days: 30", "hold_days: 5")
        self.assertIn("# Figures marked", version.source)
        self.assertEqual(version.plan_hold_days, 5)
        version.plan_hold_days = 6
        self.assertNotIn("#", version.source)
        self.assertIn("hold_days: 6", version.source)

    def test_a_wrong_setting_is_refused_and_nothing_changes(self):
        version = self.a_draft()
        before = version.definition
        with self.assertRaisesRegex(
            ValidationError, "limits.per_sale: “forty” is not a percentage"
        ):
            version.plan_per_sale = "forty"
        self.assertEqual(version.definition, before)

    def test_a_guild_earns_only_where_guilds_are_installed(self):
        version = self.a_draft()
        editor = self.open_rule(version, "second")
        editor.pay_to = "guild_leader"
        if "rc_guild" in self.env.registry._init_modules:
            editor.action_save()
            self.assertEqual(self.rule(version, "second")["pay"], {"to": "guild_leader"})
        else:
            with self.assertRaisesRegex(ValidationError, "rc_guild, which is not installed"):
                editor.action_save()

    # --- rights --------------------------------------------------------

    def test_a_published_version_opens_no_form(self):
        version = self.plans["promoters"].version_ids.with_user(self.manager)
        for act in (
            lambda: version.action_edit_rule("direct"),
            lambda: version.action_edit_ladder("promoter"),
            lambda: version.action_remove_rule("direct"),
            lambda: version.action_move_rule("direct", 1),
            lambda: version.action_remove_ladder("promoter"),
        ):
            with self.assertRaisesRegex(UserError, "never changes"):
                act()

    def test_a_form_opened_before_publishing_does_not_write(self):
        version = self.a_draft("referral_paid")
        editor = self.open_rule(version, "direct")
        version.sudo()._publish(self.env.cr.now().date())
        with self.assertRaisesRegex(UserError, "never changes"):
            editor.action_save()

    def test_a_salesperson_edits_nothing(self):
        version = self.a_draft().with_user(self.sara)
        for act in (
            lambda: version.action_edit_rule("direct"),
            lambda: version.action_remove_rule("direct"),
            lambda: version.action_move_rule("direct", 1),
        ):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            self.env["rc.commission.rule.editor"].with_user(self.sara).create(
                {"version_id": version.id, "code": "x"}
            )
