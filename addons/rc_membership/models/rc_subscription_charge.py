from fractions import Fraction

from odoo import fields, models

from ..adapters import exact
from ..db import make_append_only
from ..kernel.money import to_fraction
from ..kernel.proration import net_of_reductions


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
    run = fields.Integer(
        readonly=True,
        help="How often the plan was changed at once before: each change starts anew.",
    )

    _run_period_uniq = models.UniqueIndex(
        "(subscription_id, COALESCE(run, 0), period_start) WHERE taken_on IS NULL",
        "This period was charged before.",
    )

    def init(self):
        super().init()
        # the two others are written with it
        mutable = ("taken_on", "write_uid", "write_date")
        make_append_only(self.env.cr, self._table, mutable=mutable)

    def _get_paid_amount(self):
        """Return what was paid for the period as a Fraction, as prices are (with or without tax).

        Coupons of the invoice and credit notes lower it; a credit for unused days does not: that
        was paid before.
        """
        self.ensure_one()
        line, move = self.invoice_line_id, self.invoice_id
        lines = move.invoice_line_ids.filtered(lambda x: x.display_type == "product")
        unused = lines.filtered(lambda x: x.sale_line_ids.rc_credit_subscription_id)
        amounts = {x: _unit_amount(x) for x in lines - unused}
        positives = sum((a for a in amounts.values() if a > 0), Fraction(0))
        reductions = sum((a for a in amounts.values() if a < 0), Fraction(0))
        own, others = self._read_credited(unused.product_id, amounts)
        return max(net_of_reductions(amounts[line], positives, reductions - others) - own, 0)

    def _read_credited(self, unused, amounts):
        """READ what credit notes took of this line itself, and of the invoice as a whole.

        A note that names products of the invoice takes it of their lines, by amount.

        :param unused: products of credits for unused days
        :param amounts: invoice line → amount
        :return: (Fraction, Fraction)
        """
        product, own, others = self.invoice_line_id.product_id, Fraction(0), Fraction(0)
        sold = {}
        for line, amount in amounts.items():
            if amount > 0:
                sold[line.product_id] = sold.get(line.product_id, 0) + amount
        notes = self.invoice_id.reversal_move_ids.filtered(lambda m: m.state == "posted")
        for note_line in notes.invoice_line_ids:
            amount = _unit_amount(note_line)
            if note_line.display_type != "product" or note_line.product_id in unused:
                continue
            if amount < 0 or note_line.product_id not in sold:
                others += amount
            elif note_line.product_id == product:
                own += amount * amounts[self.invoice_line_id] / sold[product]
        return own, others

    def _get_rate(self, currency, on):
        """Return what one unit of what was paid is in ``currency`` on a day, as a Fraction."""
        paid_in, company = self.currency_id, self.subscription_id.company_id
        if not paid_in or paid_in == currency:
            return Fraction(1)
        rate = paid_in._get_conversion_rate(paid_in, currency, company, on)
        return to_fraction(exact(rate))


def _unit_amount(line):
    """Return price × quantity less discount of an invoice line, in terms of its price."""
    left = 1 - to_fraction(exact(line.discount or 0)) / 100
    return to_fraction(exact(line.price_unit)) * to_fraction(exact(line.quantity)) * left


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
    run = fields.Integer(readonly=True, help="As on the charges.")
    invoice_id = fields.Many2one("account.move", readonly=True, ondelete="restrict")
    attempt_ids = fields.One2many("rc.subscription.attempt", "billing_id", "Tries to Collect")

    _run_period_uniq = models.UniqueIndex(
        "(subscription_id, COALESCE(run, 0), period_start)", "This period was billed before."
    )
