"""Shipped plans, ladders and ranks have names in the reader's language."""

from odoo.tests import tagged

from odoo.addons.rc_commission.models.rc_commission_plan import PLANS_FOLDER, SHIPPED

from ..kernel.plan_file import load_plan
from ..kernel.plan_form import ranks_of
from ..wording.ranks import ladder_label, rank_label
from ..wording.shipped import shipped_names
from .common import CommissionCase

SAYS_ITSELF = {"l1", "l2", "l3", "l4", "v1", "v2", "v3"}  # the same in every language


@tagged("post_install", "-at_install")
class TestNames(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.definitions = {
            code: load_plan((PLANS_FOLDER / f"{code}.yaml").read_text()) for code in SHIPPED
        }

    def test_every_shipped_plan_is_named_in_the_vocabulary_as_in_its_file(self):
        names = {code: definition["name"] for code, definition in self.definitions.items()}
        self.assertEqual(shipped_names(self.env), names)

    def test_every_shipped_ladder_and_rank_has_a_chinese_name(self):
        chinese = self.env(context={"lang": "zh_CN"})
        english = []
        for definition in self.definitions.values():
            for code, ladder in (definition.get("ladders") or {}).items():
                if ladder_label(chinese, code).isascii():
                    english.append(code)
                ranks = {rank["rank"] for rank in ranks_of(ladder)} - SAYS_ITSELF
                english += [rank for rank in ranks if rank_label(chinese, rank).isascii()]
        self.assertEqual(english, [])

    def test_a_language_names_shipped_plans_and_leaves_those_that_were_renamed(self):
        plans = self.env["rc.commission.plan"]
        company = self.env["res.company"].create({"name": "New"})
        shipped = plans._load_shipped(company, publish=False)
        renamed = shipped.filtered(lambda plan: plan.code == "partners")
        renamed.with_context(lang="en_US").name = "Friends"
        self.env["ir.module.module"]._load_module_terms(["rc_commission"], ["zh_CN"])
        chinese = shipped_names(self.env(context={"lang": "zh_CN"}))
        for plan in (shipped - renamed).with_context(lang="zh_CN"):
            self.assertEqual(plan.name, chinese[plan.code])
            self.assertFalse(plan.name.isascii(), plan.name)
        self.assertEqual(renamed.name, "Friends")
