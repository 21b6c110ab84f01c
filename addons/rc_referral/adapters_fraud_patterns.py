"""READ for the nightly scan: clicks by sub id and bought on our name, and who woke after long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo.tools import SQL

from .adapters_fraud_figures import DAYS

BURST_DAYS = 7
REFUSED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Patterns:
    """Of a participant: clicks, those of the one sub id with most, those bought on our name, the
    sign-ups of the last week, the last one before and the first of them."""

    clicks: int = 0
    of_one_sub: int = 0
    brand_ads: int = 0
    burst: int = 0
    before: datetime | None = None
    woke: datetime | None = None


_CLICKS = """
SELECT partner_id, SUM(clicks)::integer,
       COALESCE(MAX(clicks) FILTER (WHERE sub_id IS NOT NULL), 0)::integer,
       SUM(brand_ads)::integer
  FROM (SELECT code.partner_id, touch.sub_id, COUNT(*) AS clicks,
               COUNT(*) FILTER (WHERE touch.is_brand_ad) AS brand_ads
          FROM rc_touch touch JOIN rc_code code ON code.id = touch.code_id
         WHERE touch.company_id = %(company)s AND touch.at >= %(since)s AND NOT touch.is_bot
         GROUP BY 1, 2) part
 GROUP BY partner_id
"""

# whoever never brought anybody sleeps since they got their first code
_BURSTS = """
SELECT burst.sponsor_id, burst.count, burst.woke,
       COALESCE((SELECT MAX(edge.bound_at) FROM rc_sponsor_edge edge
                  WHERE edge.sponsor_id = burst.sponsor_id AND edge.company_id = %(company)s
                    AND edge.bound_at < %(week)s),
                (SELECT MIN(code.create_date) FROM rc_code code
                  WHERE code.partner_id = burst.sponsor_id AND code.company_id = %(company)s))
  FROM (SELECT sponsor_id, COUNT(*) AS count, MIN(bound_at) AS woke FROM rc_sponsor_edge
         WHERE company_id = %(company)s AND ended_at IS NULL AND bound_at >= %(week)s
         GROUP BY sponsor_id) burst
"""


def read_patterns(env, company, at):
    """Return participant id → ``Patterns`` of the last days before ``at``."""
    env.flush_all()
    found = {}
    since = at - timedelta(days=DAYS)
    for who, clicks, of_one, brand in env.execute_query(
        SQL(_CLICKS, company=company.id, since=since)
    ):
        found[who] = {"clicks": clicks, "of_one_sub": of_one, "brand_ads": brand}
    week = at - timedelta(days=BURST_DAYS)
    for who, burst, woke, before in env.execute_query(SQL(_BURSTS, company=company.id, week=week)):
        found.setdefault(who, {}).update(burst=burst, woke=woke, before=before)
    return {who: Patterns(**values) for who, values in found.items()}


def count_refused_payments(member, at):
    """Return how many payments of somebody were refused in their worst hour of the last days."""
    member.env.flush_all()
    [[count]] = member.env.execute_query(
        SQL(
            """
            SELECT COALESCE(MAX(hour.refused), 0) FROM (
                SELECT COUNT(*) AS refused FROM payment_transaction
                 WHERE partner_id = %s AND state = 'error'
                   AND create_date > %s AND create_date <= %s
                 GROUP BY date_trunc('hour', create_date)) hour
            """,
            member.id,
            at - timedelta(days=REFUSED_DAYS),
            at + timedelta(minutes=5),  # the payment that goes through a moment after them
        )
    )
    return count
