from datetime import timedelta

from odoo import api, models

from odoo.addons.rc_membership.adapters import local_day


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.private
    def _rc_sync_batches(self, at):
        """Make the codes of paid batch lines, once each; let them follow the money. Idempotent.

        :param at: naive UTC datetime of what happened
        """
        batches = self.env["rc.activation.batch"].sudo()  # the inbox may run for any payer
        for move in self.filtered(lambda m: m.move_type == "out_invoice"):
            is_paid = move._rc_is_paid_and_kept()
            for line in move._rc_get_batch_lines():
                if is_paid:
                    line._rc_make_batch(at)
                batch = batches.search([("invoice_line_id", "=", line.id)])
                is_kept = is_paid or move._rc_is_fully_credited()
                batch._follow_money(is_kept, line._rc_get_credited_quantity())

    def _rc_get_batch_lines(self):
        return self.invoice_line_ids.filtered(
            lambda line: (
                line.display_type == "product"
                and line.product_id.rc_code_plan_id
                and line._rc_count_codes() >= 1
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _rc_count_codes(self):
        """Return how many codes the lines are about, whatever they are counted in: of dozens, 12."""
        return sum(int(round(line._rc_get_pieces(), 6)) for line in self)

    def _rc_get_pieces(self):
        unit = self.product_id.uom_id
        if not self.product_uom_id or self.product_uom_id == unit:
            return self.quantity
        return self.product_uom_id._compute_quantity(self.quantity, unit, round=False)

    def _rc_set_pieces(self, count):
        """Let the line be about ``count`` codes at what one of them cost."""
        unit = self.product_id.uom_id
        if self.product_uom_id and self.product_uom_id != unit:
            price = self.price_unit * self.quantity / self._rc_get_pieces()
            self.product_uom_id = unit
            self.price_unit = price  # the unit's own price was put in its place
        self.quantity = count

    def _rc_make_batch(self, at):
        self.ensure_one()
        product = self.product_id.product_tmpl_id
        expires_on = local_day(at, self.company_id) + timedelta(days=product.rc_code_valid_days)
        return self.env["rc.activation.batch"]._make(
            self.move_id.partner_id.commercial_partner_id,
            product.rc_code_plan_id,
            product.rc_code_kind,
            self._rc_count_codes(),
            f"account.move.line:{self.id}:codes",
            at,
            expires_on,
            line=self,
            company=self.company_id,
        )

    def _rc_get_credited_quantity(self):
        """Return how many of the line's codes posted credit notes took back.

        A credit note's line is that of the same order line; without an order, what was credited of
        a product is counted on its lines from the first on, none of it twice.
        """
        self.ensure_one()
        notes = self.move_id.reversal_move_ids.filtered(lambda move: move.state == "posted")
        credited = notes.invoice_line_ids.filtered(lambda own: own.product_id == self.product_id)
        if self.sale_line_ids:
            own = credited.filtered(lambda line: line.sale_line_ids & self.sale_line_ids)
            return own._rc_count_codes()
        left = credited.filtered(lambda line: not line.sale_line_ids)._rc_count_codes()
        lines = self.move_id.invoice_line_ids.filtered(
            lambda line: line.product_id == self.product_id and not line.sale_line_ids
        )
        for line in lines.sorted("id"):
            part = min(left, line._rc_count_codes())
            if line == self:
                return part
            left -= part
        return 0


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        if kind == "payment_changed":
            return [*consumers, "referral_batches", "referral_code_restore"]
        return consumers

    def _consume_referral_batches(self):
        move = self._get_record()
        if move.is_sale_document():
            (move.reversed_entry_id or move)._rc_sync_batches(self.occurred_at)

    def _consume_referral_code_restore(self):
        """An order whose invoice was credited in full gives its codes back, if the policy says so."""
        move = self._get_record()
        invoice = move.reversed_entry_id or move
        if invoice.move_type == "out_invoice" and invoice._rc_is_fully_credited():
            orders = invoice.line_ids.sale_line_ids.order_id
            orders._rc_restore_codes(self.occurred_at, ("refunded",))
