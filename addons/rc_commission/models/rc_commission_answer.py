from odoo import api, fields, models
from odoo.tools.sql import escape_psql

from ..adapters.world import OdooWorld
from ..kernel.world import PLACEMENT, SPONSOR


class RcCommissionAnswer(models.AbstractModel):
    """Why an order paid a payee or not, without telling them who won instead."""

    _name = "rc.commission.answer"
    _description = "Why an Order Paid or Not"

    @api.model
    @api.private
    def _get_answer(self, reference, own, company):
        """Return why an order or invoice paid ``own`` or not, without saying who won instead.

        An order that has nothing to do with them answers like one that does not exist.

        :param own: res.partner the reader stands for (the caller has checked it)
        :return: dict of ``is_estimate``, ``paid`` and ``missed`` (sentences), ``lost`` (why the own
            evidence did not win); None where there is nothing to say
        """
        order, invoice = self._find_reference(reference, company)
        record = order or invoice
        if not record:
            return None
        report = self.env["rc.commission.estimate"]._get_report(record, own)
        rows = [row for plan in report["plans"] for rule in plan["rules"] for row in rule["rows"]]
        mine = [row for row in rows if row["is_own"]]
        lost = self._get_lost(order, own)
        buyer = record.partner_id
        if not mine and not lost and not self._stands_above(own, buyer, company):
            return None
        return {
            "is_estimate": report["is_estimate"],
            "title": record.name,
            "paid": [row for row in mine if row["is_paid"]],
            "missed": list(dict.fromkeys(row["text"] for row in mine if not row["is_paid"])),
            "lost": lost,
        }

    def _find_reference(self, reference, company):
        """Return the confirmed order, or the posted invoice, of a number or customer's reference."""
        text = (reference or "").strip()
        # a payee has no rights on orders of others; what is told of it is only their own part
        orders, moves = self.env["sale.order"].sudo(), self.env["account.move"].sudo()
        if not text:
            return orders, moves
        here = fields.Domain("company_id", "=", company.id)
        exact_text = escape_psql(text)
        order = orders.search(
            here
            & fields.Domain("state", "=", "sale")
            & (
                fields.Domain("name", "=ilike", exact_text)
                | fields.Domain("client_order_ref", "=ilike", exact_text)
            ),
            limit=1,
            order="id desc",
        )
        if order:
            return order, moves
        invoice = moves.search(
            here
            & fields.Domain("state", "=", "posted")
            & fields.Domain("move_type", "=", "out_invoice")
            & fields.Domain("name", "=ilike", exact_text),
            limit=1,
        )
        return invoice.line_ids.sale_line_ids.order_id[:1], invoice

    def _get_lost(self, order, own):
        """Return why evidence of ``own`` did not win the order, as sentences."""
        attribution = order.rc_attribution_id
        if attribution.winner_id in own:
            return []
        reasons = attribution._get_reason_sentences()
        return list(
            dict.fromkeys(
                reasons[verdict["reason"]]
                for verdict in attribution.candidates or []
                if verdict["participant"] in own.ids and verdict["reason"] != "won"
            )
        )

    def _stands_above(self, own, buyer, company):
        world = OdooWorld(self.sudo().env, company)  # only whether the reader stands there is told
        above = {*world.upline(SPONSOR, buyer.id), *world.upline(PLACEMENT, buyer.id)}
        return bool(above & set(own.ids))
