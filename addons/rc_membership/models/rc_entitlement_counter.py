from odoo import fields, models

from .rc_tier_entitlement import PERIODS

AMOUNT = (16, 4)


class RcEntitlementCounter(models.Model):
    """How much of an allowance is used in one window: the sum of its uses, kept by the door.

    One row per member, entitlement, program and window; of a grant one per grant and window.
    """

    _name = "rc.entitlement.counter"
    _description = "Used in a Window"
    _order = "window_start desc, id desc"
    _rec_name = "entitlement_id"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict"
    )
    entitlement_id = fields.Many2one(
        "rc.entitlement", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    grant_id = fields.Many2one(
        "rc.entitlement.grant", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    per = fields.Selection(PERIODS, required=True, readonly=True)
    window_start = fields.Date(required=True, readonly=True)
    window_end = fields.Date("Until", readonly=True)
    used = fields.Float(digits=AMOUNT, readonly=True)
    carried = fields.Float(
        digits=AMOUNT, readonly=True, help="Used before this window began, within the allowance."
    )
    next_id = fields.Many2one(
        "rc.entitlement.counter",
        "Carried to",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    _tier_window_uniq = models.UniqueIndex(
        "(partner_id, entitlement_id, program_id, per, window_start) WHERE grant_id IS NULL",
        "This window is counted already.",
    )
    _grant_window_uniq = models.UniqueIndex(
        "(grant_id, per, window_start) WHERE grant_id IS NOT NULL",
        "This window of the grant is counted already.",
    )
    _window_idx = models.Index("(partner_id, window_end)")
    _not_negative = models.Constraint(
        "CHECK (used >= 0 AND carried >= 0)", "Nothing is used less than zero times."
    )
