from odoo import fields, models

from odoo.addons.rc_membership.db import make_append_only


class RcActivationRedemption(models.Model):
    """Who redeemed a code of value, when, and what it gave."""

    _name = "rc.activation.redemption"
    _description = "Redemption"
    _order = "at desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    code_id = fields.Many2one(
        "rc.code", required=True, readonly=True, ondelete="restrict", index=True
    )
    batch_id = fields.Many2one(
        "rc.activation.batch", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Redeemed by", required=True, readonly=True, ondelete="restrict", index=True
    )
    at = fields.Datetime("When", required=True, readonly=True)
    is_named = fields.Boolean(
        "Name Shown to the Buyer", readonly=True, help="Whoever redeemed agreed to that."
    )
    cover_id = fields.Many2one("rc.tier.cover", "Tier Given", readonly=True, ondelete="restrict")
    seat_id = fields.Many2one("rc.seat", "Seat Given", readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )

    _code_uniq = models.Constraint("UNIQUE (code_id)", "This code was redeemed.")

    def init(self):
        super().init()
        # a merge of contacts moves the person, nothing else ever changes
        make_append_only(self.env.cr, self._table, mutable=("partner_id",))
