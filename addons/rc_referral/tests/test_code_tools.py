"""Making many, taking over, extending, exporting, claiming, inspecting."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.rc_membership.exceptions import Refusal

from .common import NOW, ReferralCase
from .test_order_codes import a_promotion


@tagged("post_install", "-at_install")
class TestCodeTools(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.studio.email = "studio@example.com"

    def take_over(self, *lines, head="code,owner,campaign,use_limit"):
        text = "\n".join([head, *lines])
        wizard = self.env["rc.code.import"].create({"file": base64.b64encode(text.encode())})
        return wizard, wizard.action_import()

    def test_many_codes_are_made_at_once(self):
        wizard = Form(self.env["rc.code.generate"])
        wizard.count = 25
        wizard.partner_id = self.studio
        wizard.use_limit = 1
        action = wizard.save().action_generate()
        made = self.env["rc.code"].search(action["domain"])
        self.assertEqual(len(set(made.mapped("code_key"))), 25)
        self.assertEqual((set(made.mapped("use_limit")), made.partner_id), ({1}, self.studio))
        with self.assertRaises(UserError):
            self.env["rc.code.generate"].create(
                {"count": 2001, "partner_id": self.studio.id}
            ).action_generate()

    def test_a_file_is_taken_over_whole_or_not_at_all(self):
        _wizard, action = self.take_over(
            "spring-26,studio@example.com,Spring Test,100", "SUMMER26,Studio@Example.com,,"
        )
        made = self.env["rc.code"].search(action["domain"]).sorted("code")
        self.assertEqual(made.mapped("code"), ["SPRING26", "SUMMER26"])
        self.assertEqual((made[0].campaign_id.name, made[0].use_limit), ("Spring Test", 100))
        self.code.active = False
        wizard, _action = self.take_over(
            "NEWONE26,studio@example.com,,",
            "STUDIOTEST,studio@example.com,,",
            "ORPHAN26,nobody@example.com,,",
            "=EVIL(),studio@example.com,,",
        )
        self.assertEqual(
            [line.split(":")[0] for line in wizard.problem_text.split("\n")],
            ["Line 3, code", "Line 4, owner", "Line 5, code"],
        )
        self.assertFalse(self.env["rc.code"].search([("code", "=", "NEWONE26")]))

    def test_codes_are_extended_and_exported(self):
        day = fields.Date.today() + timedelta(days=30)
        self.env["rc.code.extend"].create(
            {"code_ids": (self.code | self.rival_code).ids, "date_to": day}
        ).action_extend()
        self.assertEqual((self.code.date_to, self.rival_code.date_to), (day, day))
        self.studio.name = "=HYPERLINK(1)"
        action = self.code.with_user(self.sara).action_export_csv()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[3].split("?")[0])
        )
        text = attachment.raw.decode("utf-8-sig")
        self.assertIn("STUDIOTEST,'=HYPERLINK(1),", text)

    def claim(self, text, user=None):
        wizard = self.env["rc.code.claim"].with_user(user or self.sara).create({"text": text})
        return self.env["rc.code"].browse(wizard.action_claim()["res_id"])

    def test_staff_claim_a_code_by_the_rules(self):
        code = self.claim("sara-rocks")
        self.assertEqual((code.code, code.kind), ("SARAROCKS", "vanity"))
        self.assertEqual(code.partner_id, self.sara.partner_id)
        self.assertEqual(self.sara.partner_id._rc_get_main_code(), code)
        for text in ("SARA R0CKS", "INVITEME", "abc", "0fficial", "<b>", "ADMIN1"):
            with self.assertRaises(Refusal, msg=text):
                self.claim(text)
        self.claim("SECONDONE")
        self.claim("THIRDONE")
        with self.assertRaises(Refusal):
            self.claim("FOURTHONE")

    def test_tools_are_for_staff(self):
        member = self.a_portal_user("tools_member")
        office = new_test_user(self.env, "tools_office", groups="base.group_user")
        for user in (member, office):
            for name in ("claim", "generate", "import", "extend", "inspect"):
                with self.assertRaises(AccessError):
                    self.env[f"rc.code.{name}"].with_user(user).create({})
        with self.assertRaises(AccessError):
            self.env["rc.code.generate"].with_user(self.sara).create({"partner_id": self.studio.id})


@tagged("post_install", "-at_install")
class TestInspector(ReferralCase):
    def inspect(self, text, partner=None, order=None):
        rows = self.env["rc.code"]._inspect(
            text, partner or self.env["res.partner"], NOW, order=order
        )
        return {check: ok for check, ok, _sentence in rows}

    def test_a_good_code_is_explained(self):
        person = self.a_participant("Person Test")
        self.code.use_limit = 5
        self.assertEqual(
            self.inspect("studio-test", person),
            {
                "shape": True,
                "known": True,
                "valid": True,
                "uses": True,
                "audience": True,
                "sponsor": True,
                "staff": True,
                "result": True,
            },
        )

    def test_every_reason_against_it_is_told(self):
        person = self.a_sign_up(typed=self.rival_code)
        self.code.write(
            {
                "use_limit": 1,
                "date_to": NOW.date(),
                "audience_country_ids": self.env.ref("base.cn").ids,
            }
        )
        person.country_id = self.env.ref("base.fr")
        self.code._use(self.rival, "test:inspect", NOW)
        answers = self.inspect("STUDIOTEST", person)
        wrong = {check for check, ok in answers.items() if not ok}
        self.assertEqual(wrong, {"valid", "uses", "audience", "sponsor", "result"})
        self.assertEqual(self.inspect("INVITE-AAAAAA"), {"shape": False})
        self.assertEqual(self.inspect("NEVERMADE"), {"shape": True, "known": False})
        self.assertFalse(self.inspect("STUDIOTEST", self.studio)["own"])

    def test_a_discount_is_tried_on_the_order_and_left_alone(self):
        self.code.loyalty_program_id = a_promotion(self.env, "HIDDENTEST")
        order = self.an_order(self.a_participant("Person Test"))
        total = order.amount_total
        self.assertTrue(self.inspect("STUDIOTEST", order.partner_id, order)["discount"])
        self.assertFalse(order.code_enabled_rule_ids)
        self.assertEqual(order.amount_total, total)

    def test_a_code_of_value_is_found_by_its_text(self):
        code = self.env["rc.code"]._make_valued("gift", [{"partner_id": self.studio.id}])
        [text] = code._reveal(self.studio, NOW).values()
        self.assertTrue(self.inspect(text)["result"])
        code._void("lost")
        self.assertFalse(self.inspect(text)["valid"])

    def test_the_screen_shows_it(self):
        wizard = self.env["rc.code.inspect"].with_user(self.sara).new({"text": "STUDIOTEST"})
        self.assertIn("fa-check-circle", str(wizard.result_html))
        self.assertNotIn("fa-times", str(wizard.result_html))
