"""Accounts at the door: an API key, an archived user, a person who is somebody else."""

import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from . import roles

READS = {
    "search_read": {"fields": ["id"]},
    "search_count": {"domain": []},
    "formatted_read_group": {"domain": [], "aggregates": ["__count"]},
    "web_search_read": {"domain": [], "specification": {}},
    "name_search": {},
    "export_data": {"fields_to_export": ["id"]},
    "read": {"fields": ["id"]},
}
WRITES = {"create": {"vals_list": [{}]}, "write": {"vals": {}}, "unlink": {}, "copy": {}}


@tagged("post_install", "-at_install")
class TestAccounts(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = roles.make_users(cls.env)
        cls.ours = roles.our_models(cls.env)

    def key_of(self, user):
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        return keys._generate("rpc", "security test", None)

    def json2(self, key, model, method, **arguments):
        return self.url_open(
            f"/json/2/{model}/{method}",
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            data=json.dumps(arguments),
            timeout=60,
        )

    def call_kw(self, model, method, args, kwargs=None):
        payload = {"model": model, "method": method, "args": args, "kwargs": kwargs or {}}
        params = {"params": payload}
        return self.url_open("/web/dataset/call_kw", json=params, timeout=60).json()

    def test_an_api_key_opens_no_more_than_its_owner_has(self):
        key = self.key_of(self.users["partner_finance"])
        self.assertEqual(self.json2(key, "res.users", "context_get").status_code, 200)
        for model in self.ours:
            ids = self.env[model].with_context(active_test=False).search([], limit=1).ids
            for method, arguments in (READS | WRITES).items():
                on_records = method in ("read", "export_data", "write", "unlink", "copy")
                with self.subTest(f"{model}.{method}"), mute_logger("odoo.http", "odoo.sql_db"):
                    more = {"ids": ids} if on_records else {}
                    if on_records and not ids:
                        continue
                    before = roles.count_writes(self.env)
                    answer = self.json2(key, model, method, **arguments, **more)
                    # 422: refused with a sentence (no right to export, ledgers have a door)
                    self.assertIn(answer.status_code, (403, 422), answer.text[:300])
                    self.assertEqual(roles.count_writes(self.env), before)

    def test_a_key_of_another_scope_is_no_key(self):
        user = self.users["partner_finance"]
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        key = keys._generate("rc_other", "security test", None)
        with mute_logger("odoo.http"):
            self.assertEqual(self.json2(key, "res.users", "context_get").status_code, 401)

    def test_portal_users_cannot_make_keys_by_default(self):
        allowed = self.env["ir.config_parameter"].sudo().get_param("portal.allow_api_keys")
        self.assertFalse(allowed)

    def test_an_archived_user_is_refused_at_once_at_every_door(self):
        manager = self.users["program_manager"]
        key = self.key_of(manager)
        self.authenticate(manager.login, manager.login)
        self.assertTrue(self.call_kw("rc.program", "search_count", [[]])["result"])
        self.assertEqual(self.json2(key, "rc.program", "search_count", domain=[]).status_code, 200)
        manager.active = False
        self.env.flush_all()
        with mute_logger("odoo.http", "odoo.service.security"):
            for model in self.ours:
                with self.subTest(model):
                    self.assertIn("error", self.call_kw(model, "search_read", [[]]))
            self.assertEqual(
                self.json2(key, "rc.program", "search_count", domain=[]).status_code, 401
            )
            page = self.url_open("/my/membership", allow_redirects=False)
        self.assertEqual(page.status_code, 303)
        self.assertIn("/web/login", page.headers["Location"])

    def test_a_visitor_reaches_no_method_over_http(self):
        self.authenticate(None, None)
        with mute_logger("odoo.http"):
            for model in self.ours:
                self.assertIn("error", self.call_kw(model, "search_read", [[]]), model)
