from odoo import fields, models

from ..db import make_append_only


class RcRevenueDeferralLine(models.Model):
    """What a month booked of one paid period: one row a charge and month, for good."""

    _name = "rc.revenue.deferral.line"
    _description = "Deferred Revenue of a Charge"
    _order = "month desc, id"
    _rec_name = "charge_id"
    _allow_sudo_commands = False

    deferral_id = fields.Many2one(
        "rc.revenue.deferral", "Booked Month", required=True, readonly=True, ondelete="restrict"
    )
    charge_id = fields.Many2one(
        "rc.subscription.charge", required=True, readonly=True, ondelete="restrict", index=True
    )
    subscription_id = fields.Many2one(related="charge_id.subscription_id")
    partner_id = fields.Many2one(related="charge_id.subscription_id.partner_id", string="Member")
    invoice_id = fields.Many2one(related="charge_id.invoice_line_id.move_id", string="Invoice")
    period_start = fields.Date(related="charge_id.period_start")
    period_end = fields.Date(related="charge_id.period_end", string="Until")
    tier_id = fields.Many2one("rc.tier", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True)
    amount = fields.Monetary("Paid", readonly=True, help="Net of discounts, credit notes and tax.")
    added = fields.Monetary("Deferred", readonly=True)
    earned = fields.Monetary(readonly=True)
    balance = fields.Monetary("Still Owed", readonly=True)

    _month_uniq = models.Constraint(
        "UNIQUE (charge_id, month)", "This month of the charge is booked already."
    )

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table)
