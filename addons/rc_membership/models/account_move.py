from odoo import api, fields, models

from ..adapters import local_day, read_paid_on


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "rc.fact.mixin"]

    _rc_facts = ("rc_subscription_id",)

    rc_subscription_id = fields.Many2one(
        "rc.subscription", "Renewal of", readonly=True, copy=False, index="btree_not_null"
    )

    # ------------------------------------------------------------------
    # Facts for the inbox
    # ------------------------------------------------------------------

    def _post(self, soft=True):
        """A posted credit note changes what counts as received of its invoice."""
        posted = super()._post(soft)
        posted.filtered(lambda m: m.move_type in ("out_refund", "in_refund"))._rc_push_changed(
            "posted"
        )
        # nothing is to be paid of it: no payment will tell
        posted.filtered(
            lambda m: m.move_type == "out_invoice" and m.currency_id.is_zero(m.amount_total)
        )._rc_push_changed("posted")
        return posted

    def button_cancel(self):
        result = super().button_cancel()
        self._rc_push_changed("cancelled")
        return result

    def button_draft(self):
        result = super().button_draft()
        self._rc_push_changed("draft")
        return result

    def _rc_push_changed(self, fact):
        """A document posted or taken back; each time it happens is a fact of its own."""
        stamp = self.env.cr.now().isoformat()
        for move in self.filtered(lambda m: m.is_invoice(include_receipts=True)):
            self._rc_push_payment_changed(move, f"{fact}:{stamp}")

    @api.model
    def _rc_push_payment_changed(self, move, fact):
        # the inbox belongs to the system; who registers a payment needs no rights on it
        self.env["rc.event"].sudo()._push(f"account.move:{move.id}:{fact}", "payment_changed", move)

    # ------------------------------------------------------------------
    # Membership
    # ------------------------------------------------------------------

    def _rc_get_member(self):
        """Return the person the invoice is for: the order's customer, not its invoice address.

        Nobody for no invoice: what is earned by a closed period has none.
        """
        if not self:
            return self.env["res.partner"]
        self.ensure_one()
        return (
            self.rc_subscription_id.partner_id
            or self.line_ids.sale_line_ids.order_id[:1].partner_id
            or self.partner_id
        )

    def _rc_get_plan_lines(self):
        return self.invoice_line_ids.filtered(
            lambda line: line.product_id.rc_tier_id and line.quantity > 0
        )

    @api.private
    def _rc_ensure_charges(self):
        """Charge every plan line of fully paid invoices once, and let subscriptions follow.

        Idempotent: a line that has its charge is left alone. Money that is taken back (bounced,
        credited in full, invoice cancelled) ends the subscription it pays for; money that comes
        again lets it run again.
        """
        subscriptions = self.env["rc.subscription"].sudo()  # the inbox may run for any payer
        charges = self.env["rc.subscription.charge"].sudo()
        invoices = self.filtered(lambda m: m.move_type == "out_invoice")
        paid_on = read_paid_on(invoices)
        now = fields.Datetime.now()
        for move in invoices:
            today = local_day(now, move.company_id)
            lines = move._rc_get_plan_lines()
            charged = charges.search([("invoice_line_id", "in", lines.ids)])
            is_paid = move._rc_is_paid_and_kept()
            if is_paid:
                for line in lines - charged.invoice_line_id:
                    paid = paid_on.get(move.id) or move.invoice_date
                    if on := line._rc_get_gift_day(paid, today):
                        if not line._rc_give_as_days(on):
                            subscriptions._charge_line(line, on)
                        line._rc_get_gift()._rc_give(on)
            else:
                lines._rc_take_gifts_back(today)
            for subscription in charged.subscription_id:
                theirs = charged.filtered(lambda c, s=subscription: c.subscription_id == s)
                subscription._follow_money(theirs, is_paid, today)

    def _rc_is_paid_and_kept(self):
        """True while the invoice is posted, fully paid and not fully credited."""
        self.ensure_one()
        is_paid = self.state == "posted" and self.payment_state in ("paid", "in_payment")
        return is_paid and not self._rc_is_fully_credited()

    def _rc_is_fully_credited(self):
        """True when posted credit notes take back the whole invoice."""
        self.ensure_one()
        notes = self.reversal_move_ids.filtered(lambda m: m.state == "posted")
        credited = sum(notes.mapped("amount_total"))
        return bool(notes) and self.currency_id.compare_amounts(credited, self.amount_total) >= 0

    def _rc_send_renewal(self):
        """Mail the renewal invoice with its payment link."""
        self.ensure_one()
        self._portal_ensure_token()
        template = self.env.ref("account.email_template_edi_invoice", raise_if_not_found=False)
        if template:
            template.send_mail(self.id, force_send=False)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.private
    def _rc_get_member(self):
        """Return who gets the membership of a plan line: the person it is a gift for, or buyer."""
        self.ensure_one()
        recipient = self.env["res.partner"]
        for line in self.sale_line_ids[:1]:
            recipient = line._rc_get_recipient()
        return recipient or self.move_id._rc_get_member()

    @api.private
    def _rc_get_charge_kind(self):
        """Return ``first``, ``renewal``, ``upgrade`` for a charged plan line, else ``other``."""
        self.ensure_one()
        charge = (
            self.env["rc.subscription.charge"]
            .sudo()  # whoever works off the inbox
            .search([("invoice_line_id", "=", self.id)], limit=1)
        )
        return charge.kind or "other"
