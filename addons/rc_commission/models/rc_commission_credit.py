from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.db import make_append_only


class RcCommissionCredit(models.Model):
    """What the engine saw and decided for an invoice line at its first received payment.

    One row per line, for good: version, payees, rates and limits are fixed here; what was not paid
    stands in ``skips`` with its reason.
    """

    _name = "rc.commission.credit"
    _description = "Credited Sale"
    _order = "received_on desc, id desc"
    _rec_name = "key"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", "Invoice Line", required=True, readonly=True, ondelete="restrict"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    received_on = fields.Date("First Received", required=True, readonly=True, index=True)
    snapshot = fields.Json(
        readonly=True, help="Buyer, seller, salesperson, sponsors and the line as they were."
    )
    skips = fields.Json(readonly=True, help="Rules that paid nothing, and why.")

    _key_uniq = models.Constraint("UNIQUE (key)", "This line was credited before.")

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("Sales are credited by the engine only."))

    def write(self, vals):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("A credited sale never changes."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A credited sale is never deleted."))
