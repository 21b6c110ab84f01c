from datetime import timedelta
from fractions import Fraction

from odoo import api, models
from odoo.tools.misc import formatLang

from ..adapters import exact, read_paid_on
from ..kernel.money import round_half_up
from ..kernel.usage import kept_units
from .rc_usage import show


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.private
    def _rc_follow_addons(self):
        """Let the stocks that invoice lines pay for follow the money: given, taken back, restored.

        Idempotent: each line's stock is brought to what is paid and not credited now.
        """
        invoices = self.filtered(lambda m: m.move_type == "out_invoice")
        lines = invoices.invoice_line_ids.filtered(
            lambda line: line.product_id.rc_entitlement_id and line.quantity > 0
        )
        paid_on = read_paid_on(lines.move_id)
        for move in lines.move_id:
            mine = lines.filtered(lambda line, move=move: line.move_id == move)
            shares = move._rc_get_credited_shares(mine.product_id)
            is_paid = move._rc_is_paid_and_kept()
            for line in mine:
                share = shares[line.product_id] if is_paid else Fraction(1)
                line._rc_follow_addon(share, paid_on.get(move.id) or move.invoice_date)

    def _rc_get_credited_shares(self, products):
        """Return product → share of its money that posted credit notes took back (Fraction)."""
        notes = self.reversal_move_ids.filtered(lambda m: m.state == "posted")
        shares = {}
        for product in products:
            total, credited = (
                sum(
                    Fraction(exact(line.price_total))
                    for line in moves.invoice_line_ids
                    if line.product_id == product
                )
                for moves in (self, notes)
            )
            shares[product] = min(credited / total, Fraction(1)) if total > 0 else Fraction(0)
        return shares

    def _rc_report_used(self, grant):
        """Tell whoever keeps the books that some of what was refunded is used."""
        self.message_post(
            body=self.env._(
                "%(used)s of %(what)s were used before the refund, worth %(value)s at the price "
                "paid.",
                used=show(exact(grant.used_beyond)),
                what=grant.entitlement_id.name,
                value=formatLang(
                    self.env,
                    grant.used_beyond * grant.list_price,
                    currency_obj=grant.currency_id,
                ),
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _rc_follow_addon(self, credited, day):
        """READ what the line gave → DECIDE what stays → WRITE: give it, or bring it to that.

        :param credited: Fraction of the line's money that is not received or was given back
        :param day: date from which the stock counts
        """
        self.ensure_one()
        grants = self.env["rc.entitlement.grant"].sudo()  # the inbox may run for any payer
        product = self.product_id
        key = f"account.move.line:{self.id}:stock"
        grant = grants.search([("key", "=", key)])
        total = exact(grant.amount or product.rc_entitlement_amount * self.quantity)
        kept = kept_units(total, credited)
        if not grant and not kept:
            return
        if not grant:
            days = product.rc_entitlement_days
            grant = grants._give(
                self.move_id._rc_get_member(),
                product.rc_entitlement_id,
                key,
                total,
                starts_on=day,
                expires_on=day + timedelta(days=days) if days else None,
                origin=self,
                reason=product.display_name,
                list_price=round_half_up(
                    exact(self.price_total) / total, self.currency_id.decimal_places
                ),
                currency=self.currency_id,
            )
        before = grant.used_beyond
        answer = grants._take_back(key, kept=kept)
        if answer["beyond"] > before:
            self.move_id._rc_report_used(grant)
