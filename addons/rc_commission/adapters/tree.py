"""The two trees as rows: who stands under whom, and how many stand below."""

from odoo.tools import SQL


def sponsor_query(companies):
    """Return (id, partner_id, parent_id, company_id, since) of everybody in the sponsor tree."""
    return SQL(
        """
        SELECT node.id, node.id AS partner_id, edge.sponsor_id AS parent_id,
               COALESCE(edge.company_id, node.company_id) AS company_id, edge.bound_at::date AS since
          FROM (
               SELECT id, MIN(company_id) AS company_id FROM (
                      SELECT member_id AS id, company_id FROM rc_sponsor_edge
                       WHERE ended_at IS NULL AND company_id IN %(companies)s
                       UNION ALL
                      SELECT sponsor_id, company_id FROM rc_sponsor_edge
                       WHERE ended_at IS NULL AND company_id IN %(companies)s
                      ) ends GROUP BY id
               ) node
          LEFT JOIN rc_sponsor_edge edge
                 ON edge.member_id = node.id AND edge.ended_at IS NULL
                AND edge.company_id IN %(companies)s
        """,
        companies=tuple(companies.ids) or (0,),
    )


def placement_query(company):
    """Return the same of the placement tree of a company: who has no place of their own stands
    under their sponsor."""
    return SQL(
        """
        SELECT node.id, node.id AS partner_id,
               CASE WHEN place.id IS NOT NULL THEN place.parent_id
                    ELSE edge.sponsor_id END AS parent_id,
               %(company)s AS company_id, COALESCE(place.since, edge.bound_at::date) AS since,
               place.side, COALESCE(place.cause, 'sponsor') AS cause
          FROM (
               SELECT member_id AS id FROM rc_sponsor_edge
                WHERE ended_at IS NULL AND company_id = %(company)s
                UNION
               SELECT sponsor_id FROM rc_sponsor_edge
                WHERE ended_at IS NULL AND company_id = %(company)s
                UNION
               SELECT member_id FROM rc_placement_edge
                WHERE ended_on IS NULL AND company_id = %(company)s
                UNION
               SELECT parent_id FROM rc_placement_edge
                WHERE ended_on IS NULL AND company_id = %(company)s AND parent_id IS NOT NULL
               ) node
          LEFT JOIN rc_placement_edge place
                 ON place.member_id = node.id AND place.ended_on IS NULL
                AND place.company_id = %(company)s
          LEFT JOIN rc_sponsor_edge edge
                 ON edge.member_id = node.id AND edge.ended_at IS NULL
                AND edge.company_id = %(company)s
        """,
        company=company.id,
    )


def read_team_sizes(env, query, ids):
    """Return id → how many stand below, at any depth, in one query.

    :param query: of a tree, as above
    """
    if not ids:
        return {}
    env.flush_all()
    return dict(
        env.execute_query(
            SQL(
                """
                WITH RECURSIVE node AS MATERIALIZED (%(tree)s),
                down (root_id, id) AS (
                    SELECT parent_id, id FROM node WHERE parent_id IN %(ids)s
                     UNION
                    SELECT down.root_id, node.id FROM down JOIN node ON node.parent_id = down.id
                     WHERE node.id <> down.root_id
                ) SELECT root_id, COUNT(*) FROM down GROUP BY root_id
                """,
                tree=query,
                ids=tuple(ids),
            )
        )
    )


def read_children(env, query, ids, limit):
    """Return id → (how many stand directly below, ids of the first ``limit`` of them), in one
    query; who has people below comes first."""
    if not ids:
        return {}
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            WITH node AS MATERIALIZED (%(tree)s)
            SELECT parent_id, COUNT(*),
                   (ARRAY_AGG(id ORDER BY EXISTS (
                        SELECT 1 FROM node below WHERE below.parent_id = node.id) DESC, since, id)
                   )[1:%(limit)s]
              FROM node WHERE parent_id IN %(ids)s GROUP BY parent_id
            """,
            tree=query,
            ids=tuple(ids),
            limit=limit,
        )
    )
    return {parent: (count, children) for parent, count, children in rows}
