"""READ for the nightly scan: figures of participants, counted in the database."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import timedelta

from odoo.tools import SQL

from .adapters_fraud import read_identities
from .kernel.fraud import Identity, find_ring

DAYS = 90
_RING_MAX = 500  # the newest; a ring shows among them


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a participant in the last days: people, clicks, the busiest hour of one address."""

    clicks: int = 0
    click_peak: int = 0
    sign_ups: int = 0
    paid: int = 0
    refunded: int = 0
    orders: int = 0
    late_coupons: int = 0
    members: tuple[int, ...] = ()


_PEOPLE = """
SELECT edge.sponsor_id, COUNT(*) AS sign_ups,
       COUNT(*) FILTER (WHERE money.paid) AS paid,
       COUNT(*) FILTER (WHERE money.paid AND money.refunded) AS refunded,
       (ARRAY_AGG(edge.member_id ORDER BY edge.bound_at DESC, edge.id DESC))[1:%(most)s] AS members
  FROM rc_sponsor_edge edge
  LEFT JOIN LATERAL (
       SELECT BOOL_OR(TRUE) AS paid,
              BOOL_OR(EXISTS (SELECT 1 FROM account_move note
                               WHERE note.reversed_entry_id = move.id AND note.state = 'posted'
                                 AND note.amount_total >= move.amount_total)) AS refunded
         FROM account_move move
        WHERE move.partner_id = edge.member_id AND move.company_id = edge.company_id
          AND move.move_type = 'out_invoice' AND move.state = 'posted' AND move.amount_total > 0
          AND move.invoice_date >= %(since)s
          AND move.payment_state IN ('paid', 'in_payment', 'reversed', 'partial')) money ON TRUE
 WHERE edge.ended_at IS NULL AND edge.company_id = %(company)s
   AND (edge.bound_at >= %(since)s OR money.paid)
 GROUP BY edge.sponsor_id
"""

_CLICKS = """
SELECT code.partner_id, SUM(place.clicks)::integer AS clicks, MAX(place.clicks) AS peak
  FROM (SELECT code_id, ip_hash, date_trunc('hour', at), COUNT(*) AS clicks FROM rc_touch
         WHERE company_id = %(company)s AND at >= %(since)s AND NOT is_bot
         GROUP BY 1, 2, 3) place
  JOIN rc_code code ON code.id = place.code_id
 GROUP BY code.partner_id
"""

_FRESH_SIGN_UPS = """
SELECT sponsor_id, COUNT(*) FROM rc_sponsor_edge
 WHERE ended_at IS NULL AND company_id = %(company)s AND bound_at >= %(since)s GROUP BY 1
"""

_ORDERS = """
SELECT winner_id, COUNT(*), COUNT(*) FILTER (WHERE is_flagged) FROM rc_attribution
 WHERE company_id = %(company)s AND res_model = 'sale.order' AND is_current
   AND decided_at >= %(since)s AND winner_id IS NOT NULL GROUP BY 1
"""


def read_figures(env, company, at):
    """Return participant id → ``Figures`` of the last days before ``at``."""
    env.flush_all()
    found = defaultdict(dict)
    given = {"company": company.id, "since": at - timedelta(days=DAYS), "most": _RING_MAX}
    for who, _sign_ups, paid, refunded, members in env.execute_query(SQL(_PEOPLE, **given)):
        found[who] |= {"paid": paid, "refunded": refunded, "members": tuple(members)}
    given.pop("most")
    for who, sign_ups in env.execute_query(SQL(_FRESH_SIGN_UPS, **given)):
        found[who]["sign_ups"] = sign_ups
    for who, clicks, peak in env.execute_query(SQL(_CLICKS, **given)):
        found[who] |= {"clicks": clicks, "click_peak": peak}
    for who, orders, late in env.execute_query(SQL(_ORDERS, **given)):
        found[who] |= {"orders": orders, "late_coupons": late}
    return {who: Figures(**values) for who, values in found.items() if who}


def read_ring(env, member_ids):
    """Return how many of a participant's people share an identifier, if it is most of them."""
    if len(member_ids) < 6:
        return 0
    env.flush_all()
    known = defaultdict(set)
    rows = env.execute_query(
        SQL(
            "SELECT partner_id, kind, hash FROM rc_fraud_mark"
            " WHERE partner_id IN %s AND kind = 'address'",
            tuple(member_ids),
        )
    )
    for member, kind, text in rows:
        known[member].add(f"{kind}:{text}")
    for member, identity in read_identities(env["res.partner"].browse(member_ids)).items():
        for field in fields(Identity):
            if field.name == "entity":
                continue  # a company that sends its people is no ring
            known[member] |= {f"{field.name}:{text}" for text in getattr(identity, field.name)}
    return find_ring({member: frozenset(known[member]) for member in member_ids})
