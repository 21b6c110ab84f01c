from odoo import fields, models


class RcCommissionReview(models.Model):
    """The decision on a commission that a plan's limit holds for review: once, for good."""

    _name = "rc.commission.review"
    _description = "Review of a Commission"
    _inherit = ["rc.commission.history.mixin"]
    _order = "decided_at desc, id desc"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    award_id = fields.Many2one(
        "rc.commission.award", "Commission", required=True, readonly=True, ondelete="restrict"
    )
    decision = fields.Selection(
        [("approved", "Approved"), ("rejected", "Rejected")], required=True, readonly=True
    )
    decided_at = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Decided By", required=True, readonly=True, ondelete="restrict"
    )
    reason = fields.Char(readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This commission was decided before.")
    _award_uniq = models.Constraint("UNIQUE (award_id)", "This commission was decided before.")
