"""Every method that RPC can reach and our addons define, called by every role."""

import copy
import inspect

from odoo import models
from odoo.tests import tagged
from odoo.tools import SQL

from . import allowlist, roles
from .common import NAMED, SecurityCase

# parameter name → a value that gets past the call
ARGUMENTS = {
    "vals": {},
    "values": {},
    "vals_list": [{}],
    "domain": [],
    "fields": ["id"],
    "field_names": ["id"],
    "view_id": False,
    "view_type": "form",
}


# on our own models these are in the matrix of models and operations
OPERATIONS = {"copy", "create", "read", "unlink", "write"}


def arguments(method):
    """Return values for the required parameters of a method, without self.

    Each call gets its own: a method may write into what it is given.
    """
    parameters = list(inspect.signature(method).parameters.values())[1:]
    needed = (p for p in parameters if p.default is p.empty and p.kind in (0, 1))
    return [copy.deepcopy(ARGUMENTS.get(p.name, False)) for p in needed]


@tagged("post_install", "-at_install")
class TestPublicMethods(SecurityCase):
    def call(self, role, model, name):
        """Call the method as the role, on a record that is not theirs."""
        method = getattr(self.env.registry[model], name)
        ids = [self.target(role, model).ids] if not getattr(method, "_api_model", False) else []
        args = [*ids, *arguments(method)]
        if name == "write" and ids:  # Odoo asks no right for writing nothing
            args[1] = self.values_to_write(model, self.sample(model))
        return roles.attempt(self.env, self.users[role], model, name, args)

    def target(self, role, model):
        """Return a foreign record; of a wizard, the role's own where it can make one."""
        wizards = self.env[model]
        if not wizards._transient:
            return self.sample(model)
        theirs = wizards.with_user(self.users[role])
        needed = {
            name: self.needed(field.comodel_name).id
            for name, field in wizards._fields.items()
            if field.required and field.type == "many2one" and not field.default
        }
        needed |= {
            name: "proof"
            for name, field in wizards._fields.items()
            if field.required and field.type == "char" and not field.default
        }
        needed |= {
            name: field.get_values(self.env)[0]
            for name, field in wizards._fields.items()
            if field.required and field.type == "selection" and not field.default
        }
        wizard = wizards.create(needed)
        if theirs.has_access("create"):  # people see the wizards that they opened
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET create_uid = %s WHERE id = %s",
                    SQL.identifier(wizards._table),
                    self.users[role].id,
                    wizard.id,
                )
            )
        return wizard

    def needed(self, model):
        """Return the record a wizard is opened on."""
        return self.sample(model) if model in NAMED else self.env[model].search([], limit=1)

    def test_each_public_method_answers_only_the_roles_that_were_agreed(self):
        rows = []
        ours = set(roles.our_models(self.env, abstract=True))
        for model, name, kind in roles.our_public_methods(self.env):
            if model in ours and name in OPERATIONS:
                continue
            let_in = [r for r in roles.ROLES if not self.call(r, model, name).is_refused]
            rows.append((model, name, kind, " ".join(let_in)))
        columns = ("model", "method", "kind", "roles")
        self.agrees(allowlist.compare("public_methods.csv", columns, rows, lambda row: row[3]))

    def test_no_method_of_our_models_inherited_ones_too_lets_an_outsider_write(self):
        """Mixins of Odoo bring doors of their own: messages, followers, activities.

        What every model has from the ORM itself is one code: a few models stand for all, and the
        matrix of models and operations asks it of each.
        """
        answered, wrote = {}, []
        with_rows = [model for model in self.ours if self.foreign[model]]
        for number, model in enumerate(with_rows):
            for name, method in inspect.getmembers(self.env.registry[model], callable):
                is_orm = getattr(models.BaseModel, name, None) is method
                if name.startswith("_") or (is_orm and number % 20):
                    continue
                for role in ("visitor", "partner_finance"):
                    outcome = self.call(role, model, name)
                    if outcome.writes:
                        wrote.append(f"{role} {model}.{name}")
                    if outcome.kind == "done":
                        answered.setdefault(name, set()).add(role)
        self.assertEqual(wrote, [])
        rows = [(name, " ".join(sorted(who))) for name, who in answered.items()]
        columns = ("method", "roles")
        self.agrees(allowlist.compare("inherited_methods.csv", columns, rows, lambda row: True))

    def test_an_outsider_cannot_follow_or_write_to_a_record_of_ours(self):
        for model in self.ours:
            sample = self.sample(model)
            for role in roles.OUTSIDE_ROLES:
                partner = self.users[role].partner_id.ids
                for name, kwargs in (
                    ("message_subscribe", {"partner_ids": partner}),
                    ("message_post", {"body": "x", "partner_ids": partner}),
                    ("activity_schedule", {"summary": "x"}),
                ):
                    if not hasattr(sample, name):
                        continue
                    with self.subTest(f"{role} {model}.{name}"):
                        outcome = roles.attempt(
                            self.env, self.users[role], model, name, [sample.ids], kwargs
                        )
                        # following answers False where it is refused
                        self.assertTrue(outcome.is_refused or outcome.value is False, outcome)

    def test_private_methods_stay_private_when_an_addon_extends_them(self):
        """RPC refuses a name with an underscore, and one marked private anywhere in the chain."""
        member = self.users["member"]
        for model, name in (
            ("rc.point.entry", "_post"),
            ("rc.point.account", "_grant"),
            ("rc.point.account", "_spend"),
            ("rc.event", "_push"),
            ("rc.subscription", "_bill_next_period"),
        ):
            with self.subTest(f"{model}.{name}"):
                self.assertTrue(callable(getattr(self.env.registry[model], name)))
                self.assertTrue(roles.attempt(self.env, member, model, name, [[1], []]).is_refused)
