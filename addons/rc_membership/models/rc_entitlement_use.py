from odoo import api, fields, models

from ..db import make_append_only

AMOUNT = (16, 4)


class RcEntitlementUse(models.Model):
    """One use of a right, or a part of it that one source served; for good.

    A use that is given back is reversed by a row of its own with a negative amount.
    """

    _name = "rc.entitlement.use"
    _description = "Use of an Entitlement"
    _order = "occurred_at desc, id desc"
    _rec_name = "entitlement_id"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    part = fields.Integer(required=True, readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict"
    )
    entitlement_id = fields.Many2one(
        "rc.entitlement", required=True, readonly=True, ondelete="restrict", index=True
    )
    is_benefit = fields.Boolean(related="entitlement_id.is_benefit")
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    tier_id = fields.Many2one(
        "rc.tier", "Tier", readonly=True, ondelete="restrict", help="The member's tier that day."
    )
    grant_id = fields.Many2one(
        "rc.entitlement.grant",
        "From",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: from the tier.",
    )
    counter_id = fields.Many2one(
        "rc.entitlement.counter", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    amount = fields.Float(digits=AMOUNT, required=True, readonly=True, help="Negative: given back.")
    used_on = fields.Date("Day", required=True, readonly=True, help="Where the member is.")
    occurred_at = fields.Datetime("At", required=True, readonly=True)
    place = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", "Recorded By", required=True, readonly=True, ondelete="restrict"
    )
    reverses_id = fields.Many2one(
        "rc.entitlement.use", "Gives Back", readonly=True, ondelete="restrict"
    )
    reversed_by_ids = fields.One2many("rc.entitlement.use", "reverses_id", "Given Back By")
    is_given_back = fields.Boolean(compute="_compute_is_given_back")

    _key_uniq = models.Constraint("UNIQUE (company_id, key, part)", "This use was counted before.")
    _reverses_uniq = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL", "This use was given back before."
    )
    _member_idx = models.Index("(partner_id, entitlement_id, used_on)")
    _day_idx = models.Index("(company_id, used_on)")
    _amount_not_zero = models.Constraint(
        "CHECK (amount <> 0 AND (amount > 0) = (reverses_id IS NULL))",
        "A use has an amount; only a use given back is negative.",
    )

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table, mutable=("partner_id", "counter_id"))

    @api.depends("reversed_by_ids")
    def _compute_is_given_back(self):
        for use in self:
            use.is_given_back = bool(use.reversed_by_ids)
