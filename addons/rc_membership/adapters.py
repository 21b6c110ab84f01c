"""READ: Odoo records become frozen data with exact numbers, set-based.

Odoo's cursor hands out ``numeric`` as binary numbers, so exact amounts are selected ``::text``.
"""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.tools import SQL

from .kernel.periods import local_date, utc_midnight
from .kernel.received import InvoiceMoney


def exact(value):
    """Return a number read through the ORM (binary) as the Decimal it stands for.

    Odoo hands out ``numeric`` columns as binary numbers; their shortest text is the stored value.
    """
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value or 0)


def company_zone(company):
    """Return the time zone of a company: its contact's, else UTC."""
    # whoever is served on that day need not read the company's contact
    return ZoneInfo(company.sudo().partner_id.tz or "UTC")


def local_day(at, company):
    """Return the date of the naive UTC instant ``at`` where the company is (its contact's zone)."""
    return local_date(at, company_zone(company))


def local_noon(day, company):
    """Return the naive UTC instant of noon of a payment's ``day`` where the company is."""
    return utc_midnight(day, company_zone(company)) + timedelta(hours=12)


# what was reconciled with a document, and the payment (bank, cash, statement) on the other side
_RECONCILED_INVOICE = SQL(
    """
    account_partial_reconcile part
      JOIN account_move_line line ON line.id = part.debit_move_id
      JOIN account_move_line other ON other.id = part.credit_move_id
      JOIN account_move payment ON payment.id = other.move_id
    """
)
_RECONCILED_NOTE = SQL(
    """
    account_partial_reconcile part
      JOIN account_move_line line ON line.id = part.credit_move_id
      JOIN account_move note ON note.id = line.move_id
      JOIN account_move_line other ON other.id = part.debit_move_id
      JOIN account_move payment ON payment.id = other.move_id
    """
)


def read_invoice_money(moves):
    """Return invoice id → :class:`InvoiceMoney` of posted customer invoices, in three queries.

    Received counts reconciled payments (bank and cash entries, statement lines) less money returned
    on credit notes; credit notes count as soon as they are posted against the invoice. A payment set
    back to draft stays reconciled, in Odoo's own payment status too, and counts until it is changed,
    cancelled or deleted: that unreconciles it.
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
    credited, received = _read_credited(env, ids), _read_received(env, ids)
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


def _read_credited(env, ids):
    """Return invoice id → (total, net) of its posted credit notes, as text."""
    rows = env.execute_query(
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
    return {row[0]: row[1:] for row in rows}


def _read_received(env, ids):
    """Return invoice id → payments less money returned on its credit notes, as text."""
    return dict(
        env.execute_query(
            SQL(
                """
                SELECT invoice_id, SUM(amount)::text FROM (
                    SELECT line.move_id AS invoice_id, part.debit_amount_currency AS amount
                      FROM %(invoice)s
                     WHERE line.move_id IN %(ids)s AND payment.move_type <> 'out_refund'
                     UNION ALL
                    SELECT note.reversed_entry_id, -part.credit_amount_currency
                      FROM %(note)s
                     WHERE note.reversed_entry_id IN %(ids)s AND note.move_type = 'out_refund'
                       AND note.state = 'posted' AND payment.move_type = 'entry'
                ) money
                 GROUP BY invoice_id
                """,
                invoice=_RECONCILED_INVOICE,
                note=_RECONCILED_NOTE,
                ids=ids,
            )
        )
    )


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
                  FROM %s
                 WHERE line.move_id IN %s AND payment.move_type <> 'out_refund'
                 GROUP BY line.move_id
                """,
                _RECONCILED_INVOICE,
                tuple(moves.ids),
            )
        )
    )
