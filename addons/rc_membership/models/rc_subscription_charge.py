from odoo import fields, models

from ..db import make_append_only


class RcSubscriptionCharge(models.Model):
    """A paid period of a subscription: one per period, one per invoice line, for good."""

    _name = "rc.subscription.charge"
    _description = "Subscription Charge"
    _order = "period_start desc, id desc"
    _allow_sudo_commands = False

    subscription_id = fields.Many2one(
        "rc.subscription", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="subscription_id.company_id")
    invoice_line_id = fields.Many2one(
        "account.move.line", required=True, readonly=True, ondelete="restrict"
    )
    invoice_id = fields.Many2one(related="invoice_line_id.move_id")
    currency_id = fields.Many2one(related="invoice_line_id.currency_id")
    amount = fields.Monetary(related="invoice_line_id.price_subtotal")
    kind = fields.Selection(
        [("first", "First"), ("renewal", "Renewal"), ("upgrade", "Plan Change")],
        required=True,
        readonly=True,
    )
    period_start = fields.Date(required=True, readonly=True)
    period_end = fields.Date("Until", required=True, readonly=True)

    _line_uniq = models.Constraint("UNIQUE (invoice_line_id)", "This line was charged before.")
    _period_uniq = models.Constraint(
        "UNIQUE (subscription_id, period_start)", "This period was charged before."
    )

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table)


class RcSubscriptionBilling(models.Model):
    """The claim on billing a period: whoever inserts it makes the invoice, nobody else."""

    _name = "rc.subscription.billing"
    _description = "Billing of a Subscription Period"
    _order = "id desc"
    _allow_sudo_commands = False

    subscription_id = fields.Many2one(
        "rc.subscription", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="subscription_id.company_id")
    period_start = fields.Date(required=True, readonly=True)
    invoice_id = fields.Many2one("account.move", readonly=True, ondelete="restrict")

    _period_uniq = models.Constraint(
        "UNIQUE (subscription_id, period_start)", "This period was billed before."
    )
