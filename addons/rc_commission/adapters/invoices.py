"""Customer invoices and vendor bills: what was received, credited, returned and paid."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from odoo.tools import SQL

from ..kernel.received import CreditLine, CreditNote, Invoice, InvoiceLine, Receipt


def line_key(line_id):
    """Return the key under which the kernel knows an invoice line.

    >>> line_key(7)
    'account.move.line:7'
    """
    return f"account.move.line:{line_id}"


def read_invoices(moves):
    """Return invoice id → kernel ``Invoice`` of customer invoices, in four queries.

    An invoice that is not posted (reset to draft, cancelled) has no receipts. Amounts are in the
    invoice's currency.
    """
    moves = moves.filtered(lambda move: move.move_type == "out_invoice")
    if not moves:
        return {}
    env = moves.env
    env.flush_all()
    ids = tuple(moves.ids)
    heads = _read_heads(env, ids)
    lines = _read_lines(env, [*ids, *(row["id"] for row in heads["notes"])])
    receipts = _read_receipts(env, ids)
    notes = defaultdict(list)
    for row in heads["notes"]:
        notes[row["invoice_id"]].append(
            CreditNote(
                on=row["on"],
                total=Fraction(row["total"]),
                lines=tuple(
                    CreditLine(line["net"], line["sale_lines"], line["product"])
                    for line in lines[row["id"]]
                ),
            )
        )
    return {
        row["id"]: Invoice(
            total=Fraction(row["total"]),
            lines=tuple(
                InvoiceLine(line_key(line["id"]), line["net"], line["sale_lines"], line["product"])
                for line in lines[row["id"]]
            ),
            receipts=tuple(receipts[row["id"]]) if row["state"] == "posted" else (),
            credit_notes=tuple(notes[row["id"]]),
        )
        for row in heads["invoices"]
    }


def _read_heads(env, ids):
    """Return the invoices and their posted credit notes."""
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT id, state, reversed_entry_id AS invoice_id, amount_total::text AS total,
                   COALESCE(invoice_date, date) AS on
              FROM account_move
             WHERE id IN %(ids)s
                OR (reversed_entry_id IN %(ids)s AND move_type = 'out_refund' AND state = 'posted')
             ORDER BY id
            """,
            ids=ids,
        )
    )
    known = set(ids)
    return {
        "invoices": [row for row in rows if row["id"] in known],
        "notes": [row for row in rows if row["id"] not in known],
    }


def _read_lines(env, move_ids):
    """Return move id → its product lines in their order."""
    lines = defaultdict(list)
    for row in env.execute_query_dict(
        SQL(
            """
            SELECT line.id, line.move_id, line.price_subtotal::text AS net,
                   line.product_id AS product, ARRAY_REMOVE(ARRAY_AGG(rel.order_line_id), NULL) AS sale
              FROM account_move_line line
              LEFT JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
             WHERE line.move_id IN %s AND line.display_type = 'product'
             GROUP BY line.id
             ORDER BY line.sequence, line.id
            """,
            tuple(move_ids),
        )
    ):
        lines[row["move_id"]].append(
            {
                "id": row["id"],
                "net": Fraction(row["net"] or 0),
                "product": row["product"],
                "sale_lines": frozenset(row["sale"]),
            }
        )
    return lines


def _read_receipts(env, ids):
    """Return invoice id → receipts: reconciled payments, and money returned on credit notes.

    The counterpart is a payment, a bank or a misc entry; between documents no money moves. Where
    the company counts what the bank statement shows, a registered payment counts when it is
    matched, and an online one when its transaction is done.
    """
    receipts = defaultdict(list)
    for invoice_id, day, amount in env.execute_query(
        SQL(
            """
            SELECT line.move_id, GREATEST(part.max_date, shown.on), part.debit_amount_currency::text
              FROM account_partial_reconcile part
              JOIN account_move_line line ON line.id = part.debit_move_id
              JOIN account_move_line other ON other.id = part.credit_move_id
              JOIN account_move payment ON payment.id = other.move_id
              JOIN res_company company ON company.id = line.company_id
              LEFT JOIN account_payment registered ON registered.id = payment.origin_payment_id
              LEFT JOIN LATERAL (
                   SELECT MAX(statement.date) AS on FROM account_move_line own
                     JOIN account_partial_reconcile match
                       ON own.id IN (match.debit_move_id, match.credit_move_id)
                     JOIN account_move_line bank
                       ON bank.id IN (match.debit_move_id, match.credit_move_id) AND bank.id <> own.id
                     JOIN account_move statement ON statement.id = bank.move_id
                    WHERE own.move_id = payment.id AND statement.statement_line_id IS NOT NULL
                      AND company.rc_received_on = 'matched'
                      AND registered.payment_transaction_id IS NULL
              ) shown ON TRUE
             WHERE line.move_id IN %(ids)s AND payment.move_type = 'entry'
               AND payment.state = 'posted'
               AND (company.rc_received_on IS DISTINCT FROM 'matched'
                    OR registered.id IS NULL OR shown.on IS NOT NULL
                    OR EXISTS (SELECT 1 FROM payment_transaction online
                                WHERE online.id = registered.payment_transaction_id
                                  AND online.state = 'done'))
             UNION ALL
            SELECT note.reversed_entry_id, part.max_date, (-part.credit_amount_currency)::text
              FROM account_partial_reconcile part
              JOIN account_move_line line ON line.id = part.credit_move_id
              JOIN account_move note ON note.id = line.move_id
              JOIN account_move_line other ON other.id = part.debit_move_id
              JOIN account_move payment ON payment.id = other.move_id
             WHERE note.reversed_entry_id IN %(ids)s AND note.move_type = 'out_refund'
               AND note.state = 'posted' AND payment.move_type = 'entry'
               AND payment.state = 'posted'
            """,
            ids=ids,
        )
    ):
        receipts[invoice_id].append(Receipt(day, Fraction(amount)))
    return receipts


def read_bill_payments(bills):
    """Return bill id → (paid, untaxed, total, day of the last payment), in one query.

    A bill that is not posted is unpaid.
    """
    if not bills:
        return {}
    bills.env.flush_all()
    rows = bills.env.execute_query(
        SQL(
            """
            SELECT bill.id, bill.amount_untaxed::text, bill.amount_total::text,
                   COALESCE(SUM(part.credit_amount_currency)
                            FILTER (WHERE payment.move_type = 'entry' AND payment.state = 'posted'
                                      AND bill.state = 'posted'),
                            0)::text,
                   MAX(part.max_date)
                       FILTER (WHERE payment.move_type = 'entry' AND payment.state = 'posted')
              FROM account_move bill
              JOIN account_move_line line ON line.move_id = bill.id
              LEFT JOIN account_partial_reconcile part ON part.credit_move_id = line.id
              LEFT JOIN account_move_line other ON other.id = part.debit_move_id
              LEFT JOIN account_move payment ON payment.id = other.move_id
             WHERE bill.id IN %s
             GROUP BY bill.id
            """,
            tuple(bills.ids),
        )
    )
    return {
        bill_id: (Decimal(paid), Decimal(untaxed), Decimal(total), paid_on)
        for bill_id, untaxed, total, paid, paid_on in rows
    }
