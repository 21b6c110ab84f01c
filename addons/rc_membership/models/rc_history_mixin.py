from odoo import api, models
from odoo.exceptions import UserError

from ..db import append_only_objects, insert_once, make_append_only, missing_protection
from ..kernel.ledger import LedgerError


class RcHistoryMixin(models.AbstractModel):
    """Dated facts that the system decided: rows with a unique ``key`` that only grow.

    ``_history_mutable`` names the columns a merge of contacts may move (foreign keys to them).
    """

    _name = "rc.history.mixin"
    _description = "History"
    _allow_sudo_commands = False

    _history_mutable = ()
    # a door that is used often has its protection looked up once, when the server starts
    _history_is_watched = False

    def init(self):
        super().init()
        if not self._abstract:
            make_append_only(self.env.cr, self._table, self._history_mutable)

    @api.model
    @api.private
    def _get_missing_protection(self):
        """Return the names of constraints and triggers the table should have and has not."""
        return missing_protection(
            self.env.cr, self._table, [*self._table_objects, *append_only_objects()]
        )

    def _register_hook(self):
        super()._register_hook()
        if self._history_is_watched:
            registry_model = self.env.registry[self._name]
            registry_model._history_missing = self._get_missing_protection()

    def _check_protected(self):
        """Refuse to write while a constraint or trigger is missing in the database.

        :raise LedgerError: ``ledger_unprotected``
        """
        missing = getattr(self.env.registry[self._name], "_history_missing", None)
        if missing:
            raise LedgerError("ledger_unprotected", model=self._name, missing=", ".join(missing))

    @api.model
    @api.private
    def _insert(self, rows):
        """Write rows whose key is new, in their order; return the set of keys that were new."""
        self.env.flush_all()  # what the rows point at may wait in the cache
        fresh = insert_once(self.env, self._table, rows, "key", in_order=True)
        if fresh:
            self.invalidate_model(flush=False)
        return fresh

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("This is written by the system only."))

    def write(self, vals):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("What happened in the network never changes."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What happened in the network is never deleted."))
