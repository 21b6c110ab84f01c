"""Role × model × operation: what the running system allows is what was reviewed."""

from odoo.exceptions import MissingError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import allowlist, roles
from .common import SecurityCase

READS = ("search_read", "read_group", "read", "export", "names", "onchange")
WRITES = ("create", "copy", "write", "unlink")
COPIES = ("create", "copy")
NEEDS = {"create": "create", "copy": "create", "write": "write", "unlink": "unlink"}


@tagged("post_install", "-at_install")
class TestAccessMatrix(SecurityCase):
    def call(self, operation, model, sample):
        """Return (method, args, kwargs) of an operation on a foreign record."""
        if (operation, model) not in self.calls:
            self.calls[operation, model] = self.make_call(operation, model, sample)
        return self.calls[operation, model]

    def make_call(self, operation, model, sample):
        ids = sample.ids
        match operation:
            case "create":
                return "create", [self.values_to_create(model, sample)], {}
            case "write":
                return "write", [ids, self.values_to_write(model, sample)], {}
        return {
            "search_read": ("search_read", [[]], {"fields": ["id"]}),
            "read_group": ("formatted_read_group", [[], [], ["__count"]], {}),
            "read": ("read", [ids, ["display_name"]], {}),
            "export": ("export_data", [ids, ["id", "display_name"]], {}),
            "names": ("name_search", [], {}),
            "onchange": ("onchange", [[], {}, [], {"display_name": {}}], {}),
            "copy": ("copy", [ids], {}),
            "unlink": ("unlink", [ids], {}),
        }[operation]

    def values_to_create(self, model, sample):
        """Real values, so that nothing but a missing right stands in the way."""
        if not sample:
            return {}
        with mute_logger("odoo.models"):
            values = sample.copy_data()[0]
        fields = self.env[model]._fields
        return {n: value for n, value in values.items() if not fields[n].type.endswith("2many")}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matrix, cls.calls = {}, {}

    def allows(self, role, model, operation):
        """True when the role gets its way; asked once, remembered for the class."""
        question = role, model, operation
        if question not in self.matrix:
            self.matrix[question] = self.asks(*question)
        return self.matrix[question]

    def asks(self, role, model, operation):
        """A refusal that wrote something and an act that no right allows fail by themselves."""
        sample, user = self.sample(model), self.users[role]
        asked_of = sample.browse() if operation == "create" else sample
        try:
            has_right = asked_of.with_user(user).has_access(NEEDS.get(operation, "read"))
        except MissingError:  # a table made for its reader does not have the row at all
            has_right = False
        if not sample and operation in ("read", "export", "copy", "write", "unlink"):
            return has_right  # a wizard: there is no record to try it on
        method, args, kwargs = self.call(operation, model, sample)
        outcome = roles.attempt(
            self.env, user, model, method, args, kwargs, has_right and operation in COPIES
        )
        where = f"{role}: {model}.{method}"
        if outcome.is_refused or (outcome.kind == "business" and not has_right):
            if not has_right:  # a record rule is asked after the row was made, and undoes it
                self.assertEqual(outcome.writes, 0, f"{where} was refused and wrote rows")
            return False
        if operation in WRITES:
            self.assertTrue(has_right, f"{where} went through ({outcome.kind}) without the right")
        return self.shows_foreign(model, operation, outcome.value)

    def shows_foreign(self, model, operation, answer):
        """Being let in counts when a foreign row came out of it."""
        ids = set(self.foreign[model].ids)
        if operation == "search_read" and ids:
            return any(row["id"] in ids for row in answer)
        if operation == "names" and ids:
            return any(row[0] in ids for row in answer)
        if operation == "read_group" and ids:
            return bool(answer[0]["__count"])
        return True

    def test_each_role_may_do_with_our_models_what_was_agreed(self):
        rows = []
        for model in self.ours:
            by_roles = {}
            for operation in (*READS, *WRITES):
                allowed = [role for role in roles.ROLES if self.allows(role, model, operation)]
                by_roles.setdefault(" ".join(allowed), []).append(operation)
            rows += [(model, " ".join(done), allowed) for allowed, done in by_roles.items()]
        self.agrees(
            allowlist.compare(
                "allowlist.csv", ("model", "operations", "roles"), rows, lambda row: row[2]
            )
        )

    def test_nobody_outside_reads_or_writes_any_row_of_ours_over_rpc(self):
        let_in = [
            f"{role} {operation} {model}"
            for model in self.ours
            for role in roles.OUTSIDE_ROLES
            for operation in (*READS, *WRITES)
            if self.allows(role, model, operation)
        ]
        self.assertEqual(let_in, [])

    def test_every_model_has_a_row_to_be_kept_from(self):
        empty = [m for m in self.ours if not self.foreign[m] and not self.env[m]._transient]
        self.assertEqual(empty, [], "add demo data, or a builder in common.py")

    def test_a_manager_of_another_company_sees_no_row_that_has_a_company(self):
        for model in self.ours:
            rows = self.foreign[model]
            if "company_id" not in rows._fields or not rows.filtered("company_id"):
                continue
            theirs = self.env(user=self.users[roles.OTHER_COMPANY].id)[model]
            if theirs.has_access("read"):
                with self.subTest(model):
                    seen = theirs.with_context(active_test=False).search([])
                    self.assertFalse(seen.sudo() & rows.filtered("company_id"))

    def test_a_company_named_in_the_context_opens_no_door(self):
        """RPC callers send the context: what they say in it about companies is checked."""
        home = self.env.ref("base.main_company")
        user = self.users[roles.OTHER_COMPANY]
        for model in self.ours:
            for context in ({"allowed_company_ids": home.ids}, {"force_company": home.id}):
                outcome = roles.attempt(
                    self.env, user, model, "search_read", [[]], {"context": context}
                )
                rows = self.foreign[model]
                if outcome.kind == "done" and "company_id" in rows._fields:
                    with self.subTest(f"{model} {context}"):
                        seen = rows.browse(row["id"] for row in outcome.value)
                        self.assertFalse(seen & rows.filtered("company_id"))

    def test_each_model_with_a_company_has_a_rule_for_it(self):
        ruled = self.env["ir.rule"].search([("active", "=", True), ("groups", "=", False)])
        by_model = {}
        for rule in ruled:
            by_model.setdefault(rule.model_id.model, []).append(rule.domain_force or "")
        for model in self.ours:
            if "company_id" in self.env[model]._fields and not self.env[model]._transient:
                with self.subTest(model):
                    domains = "".join(by_model.get(model, []))
                    self.assertIn("company_ids", domains)
                    self.assertNotIn("False", domains, "a row without a company is nobody's")
