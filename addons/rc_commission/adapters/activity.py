"""READ: what the people somebody sponsors did, from the facts of rc_membership."""

from fractions import Fraction

from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.periods import utc_midnight
from odoo.addons.rc_referral.kernel.rewards import BY_OTHERS

from .time import company_zone


def read_referred_activity(env, company, ids, start, end):
    """Return sponsor → how often those who were theirs then did something, in one query.

    :param start, end: days where the company is, half-open; None: no bound
    """
    if not ids:
        return {}
    env.flush_all()
    zone = company_zone(company)
    window = [
        SQL("AND activity.at %s %s", sign, utc_midnight(bound, zone))
        for sign, bound in ((SQL(">="), start), (SQL("<"), end))
        if bound
    ]
    rows = env.execute_query(
        SQL(
            """
            SELECT edge.sponsor_id, SUM(activity.count)
              FROM rc_sponsor_edge edge
              JOIN rc_activity activity ON activity.partner_id = edge.member_id
               AND activity.at >= edge.bound_at
               AND (edge.ended_at IS NULL OR activity.at < edge.ended_at)
             WHERE activity.company_id = %s AND edge.sponsor_id IN %s
               AND activity.kind NOT IN %s %s
             GROUP BY edge.sponsor_id
            """,
            company.id,
            tuple(ids),
            BY_OTHERS,
            SQL(" ").join(window),
        )
    )
    return {sponsor: Fraction(int(total)) for sponsor, total in rows}
