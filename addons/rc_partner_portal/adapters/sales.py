"""Sales the owner is the seller of, and the first payments of the owner's members."""

from collections import defaultdict
from fractions import Fraction

from odoo.tools import SQL

from odoo.addons.rc_commission.adapters import read_invoices

from ..kernel.revenue import get_receipts
from .scope import Fact


def read_first_payments(env, scope):
    """Return member id → day they first paid an invoice in full, of the owner's members."""
    env.flush_all()
    return dict(
        env.execute_query(
            SQL(
                """
                SELECT move.partner_id, MIN(payment.date)
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                  JOIN account_partial_reconcile part ON part.debit_move_id = line.id
                  JOIN account_move_line other ON other.id = part.credit_move_id
                  JOIN account_move payment ON payment.id = other.move_id
                 WHERE move.move_type = 'out_invoice' AND move.state = 'posted'
                   AND move.payment_state IN ('paid', 'in_payment')
                   AND move.company_id = %(company)s AND payment.move_type = 'entry'
                   AND move.partner_id IN (
                       SELECT member_id FROM rc_sponsor_edge
                        WHERE sponsor_id = %(owner)s AND company_id = %(company)s
                          AND ended_at IS NULL)
                 GROUP BY move.partner_id
                """,
                owner=scope.owner_id,
                company=scope.company_id,
            )
        )
    )


def read_sales(env, scope):
    """Return sale and refund facts, oldest first: what came in or went back, without tax.

    The seller of an invoice is who its order is attributed to; without an order (a renewal) the
    member's sponsor on the day of the invoice, as ``rc.attribution._get_for_invoice`` decides for
    one invoice. Amounts are in the company's currency, as received for commissions.
    """
    sold = _read_sold_invoices(env, scope)
    invoices = read_invoices(env["account.move"].browse(sold))
    facts = []
    for move_id, invoice in invoices.items():
        member_id, rate = sold[move_id]
        facts += [
            Fact(
                "sale" if receipt.amount > 0 else "refund",
                receipt.on,
                record_id=move_id,
                member_id=member_id,
                amount=receipt.amount,
                currency_id=scope.currency_id,
            )
            for receipt in get_receipts(invoice, 1 / Fraction(rate), scope.digits)
        ]
    return sorted(facts, key=lambda fact: (fact.on, fact.record_id))


def sum_by_day(facts):
    """Return day → sum of the facts' amounts."""
    totals = defaultdict(int)
    for fact in facts:
        totals[fact.on] += fact.amount
    return dict(totals)


def _read_sold_invoices(env, scope):
    """Return invoice id → (member id, invoice currency per company currency) of what was sold."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            WITH member AS (
                SELECT DISTINCT member_id FROM rc_sponsor_edge WHERE sponsor_id = %(owner)s
            ), candidate AS (
                SELECT line.move_id AS id
                  FROM sale_order sale
                  JOIN sale_order_line sale_line ON sale_line.order_id = sale.id
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sale_line.id
                  JOIN account_move_line line ON line.id = rel.invoice_line_id
                 WHERE sale.rc_partner_id = %(owner)s
                    OR (sale.rc_attribution_id IS NULL
                        AND sale.partner_id IN (SELECT member_id FROM member))
                 UNION
                SELECT id FROM account_move WHERE partner_id IN (SELECT member_id FROM member)
                 UNION
                SELECT move.id
                  FROM rc_subscription subscription
                  JOIN account_move move ON move.rc_subscription_id = subscription.id
                 WHERE subscription.partner_id IN (SELECT member_id FROM member)
            ), sold AS (
                SELECT move.id, COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)::text AS rate,
                       COALESCE(subscription.partner_id, orders.partner_id, move.partner_id)
                           AS member_id,
                       orders.rc_attribution_id, orders.rc_partner_id,
                       COALESCE(move.invoice_date, move.date) AS day
                  FROM candidate
                  JOIN account_move move ON move.id = candidate.id
                  LEFT JOIN rc_subscription subscription ON subscription.id = move.rc_subscription_id
                  LEFT JOIN LATERAL (
                       SELECT sale.partner_id, sale.rc_attribution_id, sale.rc_partner_id
                         FROM account_move_line line
                         JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
                         JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                         JOIN sale_order sale ON sale.id = sale_line.order_id
                        WHERE line.move_id = move.id
                        ORDER BY line.sequence, line.id LIMIT 1
                  ) orders ON TRUE
                 WHERE move.move_type = 'out_invoice' AND move.state = 'posted'
                   AND move.company_id = %(company)s
            )
            SELECT id, member_id, rate FROM sold
             WHERE rc_partner_id = %(owner)s
                OR (rc_attribution_id IS NULL AND EXISTS (
                       SELECT 1 FROM rc_sponsor_edge edge
                        WHERE edge.sponsor_id = %(owner)s AND edge.member_id = sold.member_id
                          AND edge.bound_at < sold.day + 1
                          AND (edge.ended_at IS NULL OR edge.ended_at >= sold.day + 1)))
            """,
            owner=scope.owner_id,
            company=scope.company_id,
        )
    )
    return {move_id: (member_id, rate) for move_id, member_id, rate in rows}
