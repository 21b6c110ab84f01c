"""Which member an invoice is for, and the invoices of members."""

from odoo.tools import SQL

_MEMBER = SQL(
    """
    SELECT move.id AS move_id,
           COALESCE(subscription.partner_id, orders.partner_id, move.partner_id) AS member_id
      FROM account_move move
      LEFT JOIN rc_subscription subscription ON subscription.id = move.rc_subscription_id
      LEFT JOIN LATERAL (
           SELECT sale.partner_id
             FROM account_move_line line
             JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
             JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
             JOIN sale_order sale ON sale.id = sale_line.order_id
            WHERE line.move_id = move.id
            ORDER BY line.sequence, line.id LIMIT 1
      ) orders ON TRUE
    """
)


def read_members(env, move_ids):
    """Return invoice id → id of the person it is for, in one query."""
    if not move_ids:
        return {}
    env.flush_all()
    return dict(env.execute_query(SQL("%s WHERE move.id IN %s", _MEMBER, tuple(move_ids))))


def read_member_moves(env, scope, member_ids):
    """Return id of a customer invoice → member id, for all invoices of these members."""
    if not member_ids:
        return {}
    env.flush_all()
    members = tuple(member_ids)
    return dict(
        env.execute_query(
            SQL(
                """
                SELECT move_id, member_id FROM (%(moves)s
                 WHERE move.move_type = 'out_invoice' AND move.state = 'posted'
                   AND move.company_id = %(company)s
                   AND (move.partner_id IN %(members)s OR subscription.partner_id IN %(members)s
                        OR move.id IN (
                           SELECT line.move_id
                             FROM sale_order sale
                             JOIN sale_order_line sale_line ON sale_line.order_id = sale.id
                             JOIN sale_order_line_invoice_rel rel
                               ON rel.order_line_id = sale_line.id
                             JOIN account_move_line line ON line.id = rel.invoice_line_id
                            WHERE sale.partner_id IN %(members)s))) invoice
                 WHERE member_id IN %(members)s
                """,
                moves=_MEMBER,
                company=scope.company_id,
                members=members,
            )
        )
    )
