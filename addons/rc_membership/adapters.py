"""READ: Odoo records become frozen data with exact numbers, set-based.

Odoo's cursor hands out ``numeric`` as binary numbers, so exact amounts are selected ``::text``.
"""

from decimal import Decimal

from odoo.tools import SQL

from .kernel.received import InvoiceMoney


def exact(value):
    """Return a number read through the ORM (binary) as the Decimal it stands for.

    Odoo hands out ``numeric`` columns as binary numbers; their shortest text is the stored value.
    """
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value or 0)


def read_invoice_money(moves):
    """Return invoice id → :class:`InvoiceMoney` of posted customer invoices, in three queries.

    Received counts reconciled payments (bank and cash entries, statement lines), not credit notes;
    credit notes count as soon as they are posted against the invoice.
    """
    invoices = moves.filtered(lambda m: m.move_type == "out_invoice" and m.state == "posted")
    if not invoices:
        return {}
    env = invoices.env
    env.flush_all()
    ids = tuple(invoices.ids)
    totals = env.execute_query(
        SQL(
            "SELECT id, amount_total::text, amount_untaxed::text FROM account_move WHERE id IN %s",
            ids,
        )
    )
    credited = {
        row[0]: row[1:]
        for row in env.execute_query(
            SQL(
                """
                SELECT reversed_entry_id, SUM(amount_total)::text, SUM(amount_untaxed)::text
                  FROM account_move
                 WHERE reversed_entry_id IN %s AND move_type = 'out_refund' AND state = 'posted'
                 GROUP BY reversed_entry_id
                """,
                ids,
            )
        )
    }
    received = dict(
        env.execute_query(
            SQL(
                """
                SELECT line.move_id, SUM(part.debit_amount_currency)::text
                  FROM account_partial_reconcile part
                  JOIN account_move_line line ON line.id = part.debit_move_id
                  JOIN account_move_line other ON other.id = part.credit_move_id
                  JOIN account_move payment ON payment.id = other.move_id
                 WHERE line.move_id IN %s AND payment.move_type <> 'out_refund'
                 GROUP BY line.move_id
                """,
                ids,
            )
        )
    )
    nothing = ("0", "0")
    return {
        move_id: InvoiceMoney(
            total=Decimal(total or 0),
            net=Decimal(net or 0),
            credited_total=Decimal(credited.get(move_id, nothing)[0] or 0),
            credited_net=Decimal(credited.get(move_id, nothing)[1] or 0),
            received=Decimal(received.get(move_id) or 0),
        )
        for move_id, total, net in totals
    }


def read_paid_on(moves):
    """Return invoice id → date of its latest reconciled payment, in one query."""
    if not moves:
        return {}
    moves.env.flush_all()
    return dict(
        moves.env.execute_query(
            SQL(
                """
                SELECT line.move_id, MAX(payment.date)
                  FROM account_partial_reconcile part
                  JOIN account_move_line line ON line.id = part.debit_move_id
                  JOIN account_move_line other ON other.id = part.credit_move_id
                  JOIN account_move payment ON payment.id = other.move_id
                 WHERE line.move_id IN %s AND payment.move_type <> 'out_refund'
                 GROUP BY line.move_id
                """,
                tuple(moves.ids),
            )
        )
    )
