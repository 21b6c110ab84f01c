"""Our fields on Odoo's models: who reads and who writes them, on a record they can see."""

from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from . import allowlist, roles
from .common import SecurityCase


@tagged("post_install", "-at_install")
class TestFields(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # salespeople may write what is their own
        own = {"user_id": cls.users["salesperson"].id}
        partner = cls.env.ref("rc_membership.partner_mia").id
        cls.own = {
            "sale.order": cls.env["sale.order"].create({"partner_id": partner, **own}),
            "crm.lead": cls.env["crm.lead"].create({"name": "A lead", **own}),
        }

    def our_fields(self, model):
        return [
            field
            for field in self.env[model]._fields.values()
            if field._modules and field._modules[0] in roles.OURS and not field.inherited
        ]

    def visible(self, role, model):
        """Return a record the role can see; the person's own where there is one."""
        user = self.users[role]
        if model == "res.partner":
            return user.partner_id
        if model == "res.users":
            return user
        theirs = self.env(user=user.id)[model]
        if role == "salesperson" and model in self.own:
            return self.own[model]
        return theirs.search([], limit=1).sudo() if theirs.has_access("read") else theirs.browse()

    def try_it(self, role, model, field, operation):
        """Return the outcome of reading or writing the field, None where there is nothing to try."""
        record = self.visible(role, model)
        if not record:
            return None
        if operation == "read":
            call = "read", [record.ids, [field.name]]
        elif field.type.endswith("2many"):
            call = "write", [record.ids, {field.name: [Command.create({})]}]
        elif not field.store and not field.inverse:
            return None  # a write would end in the cache
        else:
            call = "write", [record.ids, {field.name: self.another(field, record.sudo())}]
        return roles.attempt(self.env, self.users[role], model, *call)

    def may(self, role, model, field, operation):
        outcome = self.try_it(role, model, field, operation)
        return bool(outcome) and outcome.kind in ("done", "reached")

    def another(self, field, record):
        """Return a value that the field does not have now: guards compare."""
        value = record[field.name]
        if field.type == "many2one":
            others = self.env[field.comodel_name].search([("id", "!=", value.id)], limit=1)
            return others.id
        if field.type == "selection":
            keys = field.get_values(self.env)
            return next((key for key in keys if key != value), False)
        if field.type in ("char", "text", "html"):
            return f"{value or ''}x"
        if field.type in ("integer", "float", "monetary", "many2one_reference"):
            return (value or 0) + 1
        fixed = {"boolean": not value, "date": "2001-01-01", "datetime": "2001-01-01 00:00:00"}
        return fixed.get(field.type, False)

    def test_each_role_reads_and_writes_our_fields_on_odoos_models_as_agreed(self):
        rows = []
        for model in self.extended:
            if self.env[model]._abstract or self.env[model]._transient:
                continue
            for field in self.our_fields(model):
                readers, writers = (
                    " ".join(r for r in roles.ROLES if self.may(r, model, field, operation))
                    for operation in ("read", "write")
                )
                rows.append((model, field.name, readers, writers))
        columns = ("model", "field", "readers", "writers")
        self.agrees(allowlist.compare("fields.csv", columns, rows, lambda row: row[2] or row[3]))

    def test_a_domain_or_a_group_by_on_our_fields_tells_outsiders_nothing(self):
        for model in self.extended:
            if self.env[model]._abstract or self.env[model]._transient:
                continue
            for field in self.our_fields(model):
                if not field.relational or field.comodel_name not in self.ours:
                    continue
                domain = [(f"{field.name}.create_uid", "!=", False)]
                calls = [("search_count", [domain]), ("search", [domain])]
                if field.type == "many2one":
                    path = f"{field.name}.create_uid"
                    calls.append(("formatted_read_group", [[], [path], ["__count"]]))
                for role in roles.OUTSIDE_ROLES:
                    for method, args in calls:
                        with self.subTest(f"{role} {model}.{field.name} {method}"):
                            outcome = roles.attempt(self.env, self.users[role], model, method, args)
                            self.assertNotEqual(outcome.kind, "done", outcome.value)

    def test_what_screens_show_as_fixed_is_fixed_over_rpc_too(self):
        """``readonly=True`` is a hint to screens: RPC writes it. Each writer here has a reason."""
        rows = []
        for model in (*self.ours, *self.extended):
            if self.env[model]._abstract or self.env[model]._transient:
                continue
            for field in self.our_fields(model):
                if field.name in MAGIC_COLUMNS or field.compute or field.related:
                    continue
                if field.readonly and field.store and not field.type.endswith("2many"):
                    writers = [r for r in roles.ROLES if self.may(r, model, field, "write")]
                    if writers:
                        rows.append((model, field.name, " ".join(writers)))
        columns = ("model", "field", "writers")
        self.agrees(allowlist.compare("fixed_fields.csv", columns, rows, lambda row: True))
