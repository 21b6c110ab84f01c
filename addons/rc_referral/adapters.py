"""READ: records of codes, touches, orders become the frozen candidates of the kernel."""

from odoo.tools import SQL

from .adapters_attribution import (  # one door for who reads decisions: see that file
    CHECKOUT_LEAD,
    WINDOW_DAYS_DEFAULT,
    get_order_rules,
    get_own_participants,
    get_rules,
    get_window_days,
    read_code_candidate,
    read_order_candidates,
    read_touch_candidates,
)

__all__ = [
    "CHECKOUT_LEAD",
    "WINDOW_DAYS_DEFAULT",
    "count_members",
    "get_order_rules",
    "get_own_participants",
    "get_rules",
    "get_window_days",
    "has_paid",
    "read_code_candidate",
    "read_order_candidates",
    "read_touch_candidates",
]


def has_paid(member):
    """Return the condition that a contact, or who belongs to it, has paid a customer invoice.

    One over nothing is no payment.

    :param member: SQL of the contact's id
    """
    return SQL(
        """
        EXISTS (
            SELECT 1 FROM res_partner payer
              JOIN account_move move ON move.partner_id = payer.id
             WHERE (payer.id = %(member)s OR payer.commercial_partner_id = %(member)s)
               AND move.move_type = 'out_invoice' AND move.state = 'posted'
               AND move.payment_state IN ('paid', 'in_payment') AND move.amount_total > 0)
        """,
        member=member,
    )


def count_members(env, column, ids):
    """Return id → (members brought, those of them who have paid), in one query.

    :param column: ``code_id`` (everybody it ever brought) or ``sponsor_id`` (who is still theirs)
    """
    if not ids:
        return {}
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT edge.%(column)s, COUNT(DISTINCT edge.member_id),
                   COUNT(DISTINCT edge.member_id) FILTER (WHERE %(has_paid)s)
              FROM rc_sponsor_edge edge
             WHERE edge.%(column)s IN %(ids)s AND %(live)s
             GROUP BY edge.%(column)s
            """,
            column=SQL.identifier(column),
            ids=tuple(ids),
            has_paid=has_paid(SQL.identifier("edge", "member_id")),
            live=SQL("edge.ended_at IS NULL") if column == "sponsor_id" else SQL("TRUE"),
        )
    )
    return {row[0]: row[1:] for row in rows}
