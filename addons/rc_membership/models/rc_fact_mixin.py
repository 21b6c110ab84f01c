from odoo import api, models
from odoo.exceptions import AccessError


class RcFactMixin(models.AbstractModel):
    """A document with facts that only the system writes, whoever may write the document itself.

    ``readonly=True`` is a hint to screens; over RPC anybody with write access could set such a
    field. Names in ``_rc_facts`` are refused to everybody, and our own code writes them as the
    system (``sudo()``) after it has decided them.
    """

    _name = "rc.fact.mixin"
    _description = "Document with Facts of the System"

    _rc_facts = ()

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        self._rc_check_facts({name for vals in vals_list for name in vals})
        # a default in the caller's context would be a way around
        context = dict(self.env.context)
        for name in self._rc_get_facts():
            context.pop(f"default_{name}", None)
        clean = self.with_env(self.env(context=context))
        return super(RcFactMixin, clean).create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._rc_check_facts(set(vals))
        return super().write(vals)

    @classmethod
    def _rc_get_facts(cls):
        """Return the facts of a document: those of every addon that extends it."""
        return {name for parent in cls.__mro__ for name in parent.__dict__.get("_rc_facts", ())}

    def _rc_check_facts(self, names):
        facts = names & self._rc_get_facts()
        if facts:
            raise AccessError(
                self.env._(
                    "%s is decided by the system and cannot be written.", ", ".join(sorted(facts))
                )
            )
