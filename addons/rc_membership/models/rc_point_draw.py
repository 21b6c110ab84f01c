from odoo import api, fields, models
from odoo.exceptions import UserError

from ..db import append_only_objects, make_append_only, missing_protection


class RcPointDraw(models.Model):
    """Which lot an entry drew, or (``reverses_id``) put back: rows only grow."""

    _name = "rc.point.draw"
    _description = "Points Draw"
    _order = "id"
    _rec_name = "lot_id"
    _allow_sudo_commands = False

    entry_id = fields.Many2one(
        "rc.point.entry", required=True, readonly=True, ondelete="restrict", index=True
    )
    lot_id = fields.Many2one(
        "rc.point.lot", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="lot_id.account_id.company_id")
    nature = fields.Selection(related="lot_id.nature")
    expires_on = fields.Date(related="lot_id.expires_on")
    amount = fields.Float("Points", digits=(16, 0), required=True, readonly=True)
    reverses_id = fields.Many2one(
        "rc.point.draw",
        "Puts Back",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: points taken from the lot. Else: points of that draw put back into it.",
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A draw moves more than nothing.")

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table)

    def _register_hook(self):
        super()._register_hook()
        self.env.registry[self._name]._ledger_missing = missing_protection(
            self.env.cr, self._table, [*self._table_objects, *append_only_objects()]
        )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        # nothing is created here: draws follow entries
        raise UserError(self.env._("Draws follow the points entries. Post an entry instead."))

    def write(self, vals):  # pylint: disable=method-required-super
        # nothing is written, by anybody
        raise UserError(self.env._("A draw never changes. Post a reversing entry with its reason."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A draw is never deleted."))
