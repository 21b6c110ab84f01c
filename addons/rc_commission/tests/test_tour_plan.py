import json

from odoo.tests import HttpCase, new_test_user, tagged

from .common import PLANS


@tagged("post_install", "-at_install")
class TestPlanTour(HttpCase):
    def test_a_rule_is_edited_from_its_sentence(self):
        manager = new_test_user(
            self.env,
            "tour_plans",
            password="tour_plans_19",
            groups="base.group_user,rc_membership.group_program_manager",
        )
        text = (PLANS / "promoters.yaml").read_text().replace("plan: promoters", "plan: tour")
        plan = self.env["rc.commission.plan"]._import_text(text, self.env.company)
        version = plan.version_ids
        self.start_tour(
            f"/odoo/action-rc_commission.rc_commission_plan_version_action/{version.id}",
            "rc_commission_plan_editor",
            login=manager.login,
        )
        version.invalidate_recordset()
        definition = json.loads(version.definition)
        rule = next(rule for rule in definition["rules"] if rule["id"] == "second")
        self.assertEqual((rule["rate"], rule["kind"], definition["hold_days"]), ("4%", "first", 14))
