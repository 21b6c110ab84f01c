"""READ: records of codes, touches, orders become the frozen candidates of the kernel."""

from datetime import timedelta

from odoo.tools import SQL

from .kernel.attribution import LINK_MODELS, Candidate, Rules

WINDOW_DAYS_DEFAULT = 30
CHECKOUT_LEAD = timedelta(seconds=60)


def get_window_days(env):
    """Return how many days a touch counts (setting, 1 to 365)."""
    # settings are readable by the system only; the visitor who is being attributed has no rights
    text = env["ir.config_parameter"].sudo().get_param("rc_referral.window_days", "")
    days = int(text) if text.isdigit() else WINDOW_DAYS_DEFAULT
    return min(max(days, 1), 365)


def get_rules(env, link_lead=timedelta(0)):
    """Return the kernel's rules from the settings."""
    # as above: the setting is the system's, the decision is made for a visitor
    model = env["ir.config_parameter"].sudo().get_param("rc_referral.link_model", "")
    return Rules(
        window=timedelta(days=get_window_days(env)),
        link_model=model if model in LINK_MODELS else LINK_MODELS[0],
        link_lead=link_lead,
    )


def read_touch_candidates(env, visitors, until, rules):
    """Return the touches of ``visitors`` that can matter at ``until``, in one query.

    Per code only the first, the last, and the last one older than ``rules.link_lead`` matter, so a
    visitor who clicked a thousand times is read as three rows. Bots are no candidates.
    """
    visitors = [visitor for visitor in visitors if visitor]
    if not visitors:
        return []
    env["rc.touch"].flush_model()
    env["rc.code"].flush_model()
    rows = env.execute_query(
        SQL(
            """
            SELECT touch.id, touch.at, touch.code_id, code.partner_id
              FROM rc_touch touch
              JOIN rc_code code ON code.id = touch.code_id
              JOIN (SELECT code_id, MIN(at) AS first, MAX(at) AS last,
                           MAX(at) FILTER (WHERE at <= %(settled)s) AS last_settled
                      FROM rc_touch
                     WHERE visitor IN %(visitors)s AND at > %(since)s AND at <= %(until)s
                       AND NOT is_bot
                     GROUP BY code_id) edge
                ON edge.code_id = touch.code_id
               AND touch.at IN (edge.first, edge.last, edge.last_settled)
             WHERE touch.visitor IN %(visitors)s AND NOT touch.is_bot
            """,
            visitors=tuple(visitors),
            since=until - rules.window,
            until=until,
            settled=until - rules.link_lead,
        )
    )
    return [
        Candidate("link", participant, at, code=code_id, touch=touch_id)
        for touch_id, at, code_id, participant in rows
    ]


def read_code_candidate(code, at, evidence="typed_code"):
    """Return a code that was typed (or came with an app's answer) at ``at`` as a candidate."""
    return Candidate(evidence, code.partner_id.id, at, code=code.id)


def read_order_candidates(order, at, rules):
    """Return all evidence about who brought an order, as of ``at``."""
    env = order.env
    buyer = order.partner_id
    lead = order.opportunity_id
    signed_up = env["rc.attribution"]._get_current(buyer)
    candidates = read_touch_candidates(env, {order.rc_visitor, signed_up.visitor}, at, rules)
    for record in (order, lead):
        if record.rc_typed_code_id:
            candidates.append(read_code_candidate(record.rc_typed_code_id, record.rc_typed_at))
    if signed_up.evidence == "typed_code":
        candidates.append(read_code_candidate(signed_up.code_id, signed_up.decided_at))
    edge = env["rc.sponsor.edge"]._get_at(buyer, at)
    if edge:
        candidates.append(
            Candidate("sponsor", edge.sponsor_id.id, edge.bound_at, code=edge.code_id.id or None)
        )
    salesperson = order.user_id or buyer.user_id
    if salesperson:
        candidates.append(Candidate("salesperson", salesperson.partner_id.id, at))
    return candidates


def has_paid(member):
    """Return the condition that a contact, or who belongs to it, has paid a customer invoice.

    :param member: SQL of the contact's id
    """
    return SQL(
        """
        EXISTS (
            SELECT 1 FROM res_partner payer
              JOIN account_move move ON move.partner_id = payer.id
             WHERE (payer.id = %(member)s OR payer.commercial_partner_id = %(member)s)
               AND move.move_type = 'out_invoice' AND move.state = 'posted'
               AND move.payment_state IN ('paid', 'in_payment'))
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


def get_own_participants(partner):
    """Return ids that cannot bring ``partner``: the person and the company they belong to."""
    return frozenset((partner | partner.commercial_partner_id).ids)
