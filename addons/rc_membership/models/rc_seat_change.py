from odoo import fields, models

from ..db import make_append_only


class RcSeatChange(models.Model):
    """Extra seats bought and given back; their sum is what a team has beyond its tier's seats."""

    _name = "rc.seat.change"
    _description = "Change of a Team's Seats"
    _order = "id desc"
    _rec_name = "subscription_id"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    subscription_id = fields.Many2one(
        "rc.subscription", "Team", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    quantity = fields.Integer("Seats", required=True, readonly=True)
    on = fields.Date(required=True, readonly=True)
    invoice_line_id = fields.Many2one(
        "account.move.line", "Paid by", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    reason = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True, ondelete="restrict")
    credit = fields.Monetary(
        readonly=True, help="For the unused days of seats given back; taken off the next renewal."
    )
    credit_invoice_id = fields.Many2one(
        "account.move", "Credited on", readonly=True, ondelete="restrict"
    )

    _key_uniq = models.Constraint("UNIQUE (key)", "This change was made before.")
    _not_nothing = models.Constraint("CHECK (quantity <> 0)", "A change changes something.")

    def init(self):
        super().init()
        # the two others are written with it
        mutable = ("credit_invoice_id", "write_uid", "write_date")
        make_append_only(self.env.cr, self._table, mutable=mutable)
