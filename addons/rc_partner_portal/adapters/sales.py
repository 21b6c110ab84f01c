"""Sales the owner is the seller of, and the first payments of the owner's members.

PostgreSQL adds up: however long the history, what comes back is a day, a total or a short list.
"""

from decimal import Decimal

from odoo.tools import SQL

from .scope import Fact


def count_first_payments(env, scope, window):
    """Return (in the window, ever): how many of the owner's members first paid an invoice in full."""
    env.flush_all()
    [counts] = env.execute_query(
        SQL(
            """
            SELECT COUNT(*) FILTER (WHERE first.day >= %(start)s AND first.day < %(end)s), COUNT(*)
              FROM (
                SELECT MIN(payment.date) AS day
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
              ) first
            """,
            owner=scope.owner_id,
            company=scope.company_id,
            start=window.start,
            end=window.end,
        )
    )
    return counts


def read_sales(env, scope, member_id=None, limit=None):
    """Return sale and refund facts, newest first: what came in or went back, without tax.

    :param member_id: only what this member paid
    """
    rows = _execute(
        env,
        scope,
        SQL(
            """
            SELECT day, invoice_id, member_id, amount::text FROM receipt
             WHERE %s ORDER BY day DESC, invoice_id DESC %s
            """,
            SQL("member_id = %s", member_id) if member_id else SQL("TRUE"),
            SQL("LIMIT %s", limit) if limit else SQL(),
        ),
    )
    return [
        Fact(
            "refund" if amount.startswith("-") else "sale",
            day,
            record_id=invoice_id,
            member_id=member_id,
            amount=Decimal(amount),
            currency_id=scope.currency_id,
        )
        for day, invoice_id, member_id, amount in rows
    ]


def read_revenue_daily(env, scope, span):
    """Return day → what came in less what went back, in the half-open ``span`` of days."""
    rows = _execute(
        env,
        scope,
        SQL(
            """
            SELECT day, SUM(amount)::text FROM receipt
             WHERE day >= %s AND day < %s GROUP BY day
            """,
            span.start,
            span.end,
        ),
    )
    return {day: Decimal(amount) for day, amount in rows}


def read_first_sales(env, scope, member_ids):
    """Return member id → day of the first money received from the member."""
    if not member_ids:
        return {}
    return dict(
        _execute(
            env,
            scope,
            SQL(
                """
                SELECT member_id, MIN(day) FROM receipt
                 WHERE amount > 0 AND member_id IN %s GROUP BY member_id
                """,
                tuple(member_ids),
            ),
        )
    )


def _execute(env, scope, query):
    """Run a query over ``receipt``: (invoice_id, member_id, day, amount) of all the owner sold."""
    env.flush_all()
    return env.execute_query(
        SQL(
            "WITH %s, %s %s",
            _get_sold(scope),
            _get_receipt(scope),
            query,
        )
    )


def _get_sold(scope):
    """Return the WITH parts that name the owner's invoices.

    The seller of an invoice is who its order is attributed to; without an order (a renewal) the
    member's sponsor on the day of the invoice, as ``rc.attribution._get_for_invoice`` decides for
    one invoice.
    """
    return SQL(
        """
        %(candidate)s, invoice AS (
            SELECT move.id, move.amount_total AS total,
                   COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)::numeric AS rate,
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
        ), sold AS (
            SELECT id, member_id, total, rate, (
                       SELECT COALESCE(SUM(line.price_subtotal), 0) FROM account_move_line line
                        WHERE line.move_id = invoice.id AND line.display_type = 'product'
                   ) AS net
              FROM invoice
             WHERE rc_partner_id = %(owner)s
                OR (rc_attribution_id IS NULL AND EXISTS (
                       SELECT 1 FROM rc_sponsor_edge edge
                        WHERE edge.sponsor_id = %(owner)s AND edge.member_id = invoice.member_id
                          AND edge.bound_at < invoice.day + 1
                          AND (edge.ended_at IS NULL OR edge.ended_at >= invoice.day + 1)))
        )
        """,
        candidate=_get_candidates(scope),
        owner=scope.owner_id,
        company=scope.company_id,
    )


def _get_candidates(scope):
    """Return the WITH parts of all invoices that may be the owner's: orders, members, renewals."""
    return SQL(
        """
        member AS (
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
        )
        """,
        owner=scope.owner_id,
    )


def _get_receipt(scope):
    """Return the WITH parts that say what was received and kept of each invoice, day by day.

    ``kept`` = (net − credited) × min(1, received ÷ (total − credited)) as of the day, in the
    company's currency: what ``rc_commission.kernel.received`` counts for commissions, summed over
    the lines. Each ``amount`` is the difference of two rounded sums, so they add up to the whole.
    One division comes last: exact wherever the result ends within PostgreSQL's digits.
    """
    return SQL(
        """
        %(money)s, standing AS (
            SELECT invoice_id, day,
                   SUM(SUM(received)) OVER days AS received,
                   SUM(SUM(credited)) OVER days AS credited,
                   SUM(SUM(credited_net)) OVER days AS credited_net
              FROM money
             GROUP BY invoice_id, day
            WINDOW days AS (PARTITION BY invoice_id ORDER BY day)
        ), kept AS (
            SELECT standing.invoice_id, sold.member_id, standing.day, ROUND(CASE
                       WHEN received <= 0 OR net <= credited_net THEN 0
                       WHEN received >= total - credited THEN (net - credited_net) / rate
                       ELSE (net - credited_net) * received / ((total - credited) * rate)
                   END, %(digits)s) AS amount
              FROM standing
              JOIN sold ON sold.id = standing.invoice_id
        ), change AS (
            SELECT invoice_id, member_id, day,
                   amount - LAG(amount, 1, 0) OVER (PARTITION BY invoice_id ORDER BY day) AS amount
              FROM kept
        ), receipt AS (
            SELECT * FROM change WHERE amount <> 0
        )
        """,
        money=_MONEY,
        digits=scope.digits,
    )


# what was paid, paid back and credited of each invoice
_MONEY = SQL(
    """
    money AS (
        SELECT line.move_id AS invoice_id, part.max_date AS day,
               part.debit_amount_currency AS received, 0 AS credited, 0 AS credited_net
          FROM account_partial_reconcile part
          JOIN account_move_line line ON line.id = part.debit_move_id
          JOIN account_move_line other ON other.id = part.credit_move_id
          JOIN account_move payment ON payment.id = other.move_id
         WHERE line.move_id IN (SELECT id FROM sold) AND payment.move_type = 'entry'
         UNION ALL
        SELECT note.reversed_entry_id, part.max_date, -part.credit_amount_currency, 0, 0
          FROM account_partial_reconcile part
          JOIN account_move_line line ON line.id = part.credit_move_id
          JOIN account_move note ON note.id = line.move_id
          JOIN account_move_line other ON other.id = part.debit_move_id
          JOIN account_move payment ON payment.id = other.move_id
         WHERE note.reversed_entry_id IN (SELECT id FROM sold)
           AND note.move_type = 'out_refund' AND note.state = 'posted'
           AND payment.move_type = 'entry'
         UNION ALL
        SELECT note.reversed_entry_id, COALESCE(note.invoice_date, note.date), 0,
               note.amount_total, (
                   SELECT COALESCE(SUM(line.price_subtotal), 0) FROM account_move_line line
                    WHERE line.move_id = note.id AND line.display_type = 'product')
          FROM account_move note
         WHERE note.reversed_entry_id IN (SELECT id FROM sold)
           AND note.move_type = 'out_refund' AND note.state = 'posted'
    )
    """
)
