"""Credit notes give back the points that paid for what is credited."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import exact
from ..kernel.money import allocate
from ..kernel.points import share_returned, split_take_back


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return [*consumers, "points_return"] if kind == "payment_changed" else consumers

    def _consume_points_return(self):
        move = self._get_record()
        if move.is_sale_document():
            self.env["rc.point.account"]._return_for_invoices(
                move | move.reversed_entry_id, self.occurred_at
            )


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    @api.model
    @api.private
    def _return_for_invoices(self, moves, at=None):
        """READ what points paid and what was credited → DECIDE their share → WRITE the difference.

        Idempotent: entries are keyed by invoice, account and running number. A credit note that is
        taken back takes the points again.
        """
        at = at or fields.Datetime.now()
        for invoice in moves.filtered(lambda m: m.move_type == "out_invoice"):
            part = self._read_credited_part(invoice)
            for (account, order), spent in self._read_spent_on(invoice).items():
                account._return_difference(invoice, order, share_returned(spent, *part), at)

    @api.model
    def _read_spent_on(self, invoice):
        """Return (account, document that spent them) → points that an invoice's rewards cost."""
        found = defaultdict(Decimal)
        lines = invoice.invoice_line_ids.sale_line_ids.filtered(
            lambda line: line.points_cost and line.coupon_id.program_id.rc_program_ids
        )
        for line in lines:
            billed = line.invoice_lines.filtered(
                lambda x: x.parent_state == "posted" and x.move_id.move_type == "out_invoice"
            ).sorted("id")
            shares = allocate(exact(line.points_cost), [abs(exact(x.quantity)) for x in billed], 0)
            account = self.sudo().search([("card_id", "=", line.coupon_id.id)])  # by the inbox
            for billed_line, share in zip(billed, shares, strict=True):
                if billed_line.move_id == invoice and share:
                    found[account._get_heir(), line.order_id] += share
        return found

    @api.model
    def _read_credited_part(self, invoice):
        """Return (credited, total) of an invoice; of one that points paid in full, its goods."""
        notes = self._get_notes(invoice)
        total = exact(invoice.amount_total)
        if total > 0:
            return sum((exact(note.amount_total) for note in notes), Decimal(0)), total

        def goods(move):
            amounts = (exact(line.price_total) for line in move.invoice_line_ids)
            return sum((amount for amount in amounts if amount > 0), Decimal(0))

        return sum((goods(note) for note in notes), Decimal(0)), goods(invoice)

    @api.model
    def _get_notes(self, invoice):
        """Return the credit notes of an invoice that give back points."""
        return invoice.reversal_move_ids.filtered(
            lambda m: m.state == "posted" and m.move_type == "out_refund"
        )

    def _return_difference(self, invoice, order, due, at):
        """Post ``due`` less what was given back for this invoice so far."""
        prefix = f"account.move:{invoice.id}|points_returned|{order.id}|"
        given, count = self._read_returned(prefix)
        change = due - given
        record = (order._name, order.id)
        if change > 0:
            change = min(change, max(-self._get_net_of(record), Decimal(0)))
        if not change:
            return
        common = {
            "at": at,
            "reason": self.env._("Credit note on %s", invoice.name),
            "origin": order,
        }
        key = f"{prefix}{count}"
        if change > 0:
            postings = [
                self._prepare_posting(
                    f"{key}|available",
                    "shop",
                    "available",
                    change,
                    kind="give_back",
                    gives_back=tuple(self._get_spent_of(record).ids),
                    **common,
                )
            ]
        else:
            split = split_take_back(-change, self._get_balances()[self.id]["available"])
            sides = (("available", "shop", split.available), ("shop", "debt", split.debt))
            postings = [
                self._prepare_posting(f"{key}|{debit}", debit, credit, part, kind="shop", **common)
                for debit, credit, part in sides
                if part
            ]
        self._post_or_refuse(postings)
        self._settle_debt(key, at)

    def _read_returned(self, prefix):
        """Return (points given back so far, number of earlier rounds) under a key."""
        self.env.flush_all()
        [(given, rounds)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(CASE WHEN kind = 'give_back' THEN amount ELSE -amount END), 0)
                            ::text,
                       COUNT(DISTINCT split_part(key, '|', 4))
                  FROM rc_point_entry WHERE starts_with(key, %s) AND kind IN ('give_back', 'shop')
                """,
                prefix,
            )
        )
        return Decimal(given), rounds
