"""The world of the security tests: one user per role, one foreign record per model."""

from odoo.tests import TransactionCase

from . import roles

# models without a row in the demo story: how one is made
BUILDERS = {
    "rc.ledger.export": {"ledger": "rc.point.entry"},
}


class SecurityCase(TransactionCase):
    """Roles as users, and for each model a record that belongs to nobody of them.

    ``foreign`` holds the records that were there before the users were: rows of the demo story.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        missing = set(roles.OURS) - cls.env.registry._init_modules
        if missing:
            raise AssertionError(f"not installed, so not proven: {', '.join(sorted(missing))}")
        # as superuser, archived rows too: what a role sees is compared with all there is
        everything = cls.env(context={"active_test": False})
        cls.ours = roles.our_models(cls.env)
        cls.extended = roles.extended_models(cls.env)
        for model, values in BUILDERS.items():
            if model in cls.ours and not everything[model].search_count([], limit=1):
                everything[model].create(values)
        cls.foreign = {name: everything[name].search([]) for name in cls.ours}
        cls.users = roles.make_users(cls.env)

    def sample(self, model):
        """Return one foreign record of the model (empty when there is none)."""
        if model in self.foreign:
            return self.foreign[model][:1]
        if self.env[model]._abstract or self.env[model]._transient:
            return self.env[model]
        own = {user.id for user in self.users.values()}
        domain = [("create_uid", "not in", list(own))]
        if model in ("res.partner", "res.users"):
            mia = self.env.ref("rc_membership.user_mia")
            return mia if model == "res.users" else mia.partner_id
        return self.env[model].with_context(active_test=False).search(domain, limit=1)

    def values_to_write(self, model, sample):
        """One stored field with the value that it has."""
        fields = self.env[model]._fields
        plain = [
            name
            for name, field in fields.items()
            if field.store
            and not field.compute
            and field.type in ("char", "boolean", "integer")
            and name not in ("id", "create_uid", "write_uid")
        ]
        name = next((n for n in ("active", "sequence", "name", *plain) if n in plain), None)
        return {name: sample[:1][name]} if name else {}

    def agrees(self, complaint):
        if complaint:
            self.fail(complaint)
