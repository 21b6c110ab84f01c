from odoo import fields, models

from ..history import DEPENDS, movements

KINDS = [
    ("new", "New"),
    ("return", "Returned"),
    ("upgrade", "Upgraded"),
    ("downgrade", "Downgraded"),
    ("price", "Other Price"),
    ("churn", "Churned"),
    ("trial", "Trial Started"),
    ("conversion", "Trial Converted"),
]


class RcMembershipMovement(models.Model):
    """Who came, changed plan or left, and on which day: one row per change."""

    _name = "rc.membership.movement"
    _inherit = ["rc.membership.report.mixin"]
    _description = "Membership Movement"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _depends = DEPENDS

    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, "Movement", readonly=True)
    partner_id = fields.Many2one("res.partner", "Member", readonly=True)
    subscription_id = fields.Many2one("rc.subscription", readonly=True)
    program_id = fields.Many2one("rc.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    product_id = fields.Many2one("product.product", "Plan", readonly=True)
    tier_id = fields.Many2one("rc.tier", readonly=True)
    from_tier_id = fields.Many2one("rc.tier", readonly=True)
    mrr = fields.Monetary("MRR after It", readonly=True, aggregator=None)
    prev_mrr = fields.Monetary("MRR before It", readonly=True, aggregator=None)
    mrr_change = fields.Monetary("Change of MRR", readonly=True, aggregator="sum")
    member_change = fields.Integer("Change of Members", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return movements(self._get_today())
