"""Clicks and sign-ups of the owner's codes."""

from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.periods import local_date, utc_midnight

from .scope import Fact, local_day_sql


def read_daily_clicks(env, scope, span):
    """Return day → clicks by people (no bots) in the half-open ``span`` of days."""
    facts = SQL(
        """
        SELECT touch.at AS at FROM rc_touch touch
          JOIN rc_code code ON code.id = touch.code_id
         WHERE code.partner_id = %s AND touch.company_id = %s AND NOT touch.is_bot
        """,
        scope.owner_id,
        scope.company_id,
    )
    return _read_daily(env, scope, span, facts)


def read_daily_sign_ups(env, scope, span):
    """Return day → members bound to the owner, and still theirs, in the half-open ``span``."""
    facts = SQL(
        """
        SELECT bound_at AS at FROM rc_sponsor_edge
         WHERE sponsor_id = %s AND company_id = %s AND ended_at IS NULL
        """,
        scope.owner_id,
        scope.company_id,
    )
    return _read_daily(env, scope, span, facts)


def _read_daily(env, scope, span, facts):
    env.flush_all()
    return dict(
        env.execute_query(
            SQL(
                """
                SELECT %(day)s AS day, COUNT(*)
                  FROM (%(facts)s) fact
                 WHERE fact.at >= %(start)s AND fact.at < %(end)s
                 GROUP BY day
                """,
                day=local_day_sql(SQL("fact.at"), scope),
                facts=facts,
                start=utc_midnight(span.start, scope.zone),
                end=utc_midnight(span.end, scope.zone),
            )
        )
    )


def read_sign_ups(env, scope, limit=None, offset=0, edge_id=None):
    """Return sign-up facts of the owner's members, newest first; ``record_id`` is the edge."""
    domain = [
        ("sponsor_id", "=", scope.owner_id),
        ("company_id", "=", scope.company_id),
        ("ended_at", "=", False),
    ]
    if edge_id is not None:
        domain.append(("id", "=", edge_id))
    edges = env["rc.sponsor.edge"].search_fetch(
        domain, ["member_id", "bound_at"], limit=limit, offset=offset
    )
    return [
        Fact(
            "sign_up",
            local_date(edge.bound_at, scope.zone),
            record_id=edge.id,
            member_id=edge.member_id.id,
        )
        for edge in edges
    ]


def read_first_clicks(env, scope, member_ids):
    """Return member id → day of the first click on the owner's codes by the member's visitor."""
    if not member_ids:
        return {}
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT decision.res_id, MIN(touch.at)
              FROM rc_attribution decision
              JOIN rc_touch touch ON touch.visitor = decision.visitor
              JOIN rc_code code ON code.id = touch.code_id
             WHERE decision.res_model = 'res.partner' AND decision.res_id IN %(members)s
               AND decision.is_current AND code.partner_id = %(owner)s
               AND touch.at <= decision.decided_at AND NOT touch.is_bot
             GROUP BY decision.res_id
            """,
            members=tuple(member_ids),
            owner=scope.owner_id,
        )
    )
    return {member_id: local_date(at, scope.zone) for member_id, at in rows}
