"""People, trees, ranks and territories of a company, each for a set of people in one query."""

from collections import defaultdict

from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.periods import utc_midnight
from odoo.addons.rc_membership.kernel.subscription import RUNNING

from ..kernel.types import Person
from ..kernel.world import PLACEMENT
from .time import local_day


def read_upward(env, company, ids):
    """Return member → [(bound_at, ended_at, sponsor)] of these people and of all above them.

    Above in either tree, by sponsors of any time: which one counted when is the reader's to say.
    """
    env.flush_all()
    edges = defaultdict(list)
    for member_id, bound_at, ended_at, sponsor_id in env.execute_query(
        SQL(
            """
            WITH RECURSIVE up (id) AS (
                SELECT UNNEST(%(ids)s::int[])
                 UNION
                SELECT parent.id FROM up CROSS JOIN LATERAL (
                       SELECT edge.sponsor_id AS id FROM rc_sponsor_edge edge
                        WHERE edge.member_id = up.id
                        UNION ALL
                       SELECT place.parent_id FROM rc_placement_edge place
                        WHERE place.member_id = up.id AND place.company_id = %(company)s
                          AND place.ended_on IS NULL AND place.parent_id IS NOT NULL
                       ) parent
            )
            SELECT up.id, edge.bound_at, edge.ended_at, edge.sponsor_id
              FROM up LEFT JOIN rc_sponsor_edge edge ON edge.member_id = up.id
             ORDER BY up.id, edge.bound_at, edge.id
            """,
            ids=sorted(ids),
            company=company.id,
        )
    ):
        rows = edges[member_id]
        if sponsor_id:
            rows.append((bound_at, ended_at, sponsor_id))
    return dict(edges)


def read_places(env, company, ids):
    """Return member → live row of the placement tree."""
    if not ids:
        return {}
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT id, member_id, parent_id, side FROM rc_placement_edge
             WHERE company_id = %s AND ended_on IS NULL AND member_id IN %s ORDER BY id
            """,
            company.id,
            tuple(ids),
        )
    )
    return {row["member_id"]: row for row in rows}


def read_children(env, company, tree, ids):
    """Return ids of those who stand directly below any of ``ids``."""
    if not ids:
        return []
    env.flush_all()
    placed = SQL(
        """
        UNION SELECT member_id FROM rc_placement_edge
               WHERE company_id = %s AND ended_on IS NULL AND parent_id IN %s
        """,
        company.id,
        tuple(ids),
    )
    rows = env.execute_query(
        SQL(
            "SELECT member_id FROM rc_sponsor_edge WHERE sponsor_id IN %s %s",
            tuple(ids),
            placed if tree == PLACEMENT else SQL(),
        )
    )
    return sorted({row[0] for row in rows})


def read_people(env, company, ids, on):
    """Return kernel ``Person`` of those of ``ids`` that exist.

    The tier is the one they hold ``on`` a day (a seat, a gift or given days count as a plan does);
    active is whoever's own plan runs.
    """
    if not ids:
        return []
    partners = env["res.partner"].browse(sorted(ids))
    roles = partners._rc_get_roles()
    training = partners._rc_get_training()
    kyc = partners._rc_get_kyc()
    regions = _read_owned(env, company, ids)
    # whoever looks at an award: which tier somebody has is read by the system
    program = env["rc.program"].sudo()._get_platform(company)
    tiers = env["rc.subscription"].sudo()._get_tiers(partners, program, on)
    return [
        Person(
            id=row["id"],
            role=roles.get(row["id"], "member"),
            joined=row["joined_on"] or local_day(row["bound_at"] or row["create_date"], company),
            number=row["id"],
            tier=tiers[row["id"]].code or None,
            country=row["country"],
            kyc=kyc.get(row["id"], True),
            active=row["is_active"],
            training=frozenset(training.get(row["id"], ())),
            parent=row["parent_id"],
            manager=row["manager_id"],
            team=row["team_id"],
            regions=regions.get(row["id"], {}),
        )
        for row in _read_person_rows(env, company, ids, program)
    ]


def _read_person_rows(env, company, ids, program):
    return env.execute_query_dict(
        SQL(
            """
            SELECT partner.id, COALESCE(partner.create_date, now() AT TIME ZONE 'UTC') AS create_date,
                   partner.rc_joined_on AS joined_on, partner.rc_parent_id AS parent_id,
                   country.code AS country, manager.partner_id AS manager_id,
                   edge.bound_at, team.id AS team_id,
                   EXISTS (
                       SELECT FROM rc_subscription subscription
                        WHERE subscription.partner_id = partner.id
                          AND subscription.program_id = %(program)s
                          AND subscription.state IN %(running)s
                   ) AS is_active
              FROM res_partner partner
              LEFT JOIN res_country country ON country.id = partner.country_id
              LEFT JOIN res_users manager ON manager.id = partner.user_id
              LEFT JOIN LATERAL (
                   SELECT MIN(bound_at) AS bound_at FROM rc_sponsor_edge
                    WHERE member_id = partner.id
              ) edge ON TRUE
              LEFT JOIN LATERAL (
                   SELECT team.id FROM crm_team_member membership
                     JOIN res_users users ON users.id = membership.user_id
                     JOIN crm_team team ON team.id = membership.crm_team_id
                    WHERE users.partner_id = partner.id AND membership.active
                      AND (team.company_id IS NULL OR team.company_id = %(company)s)
                    ORDER BY membership.id LIMIT 1
              ) team ON TRUE
             WHERE partner.id IN %(ids)s
             ORDER BY partner.id
            """,
            company=company.id,
            program=program.id or 0,
            running=tuple(RUNNING),
            ids=tuple(ids),
        )
    )


def _read_owned(env, company, ids):
    """Return partner → level → code of a territory they own."""
    owned = defaultdict(dict)
    for owner_id, level, code in env.execute_query(
        SQL(
            "SELECT owner_id, level, code FROM rc_region"
            " WHERE active AND company_id = %s AND owner_id IN %s ORDER BY id DESC",
            company.id,
            tuple(ids),
        )
    ):
        owned[owner_id][level] = code
    return owned


def read_owners(env, company):
    """Return (level, code) → partner who owns the territory."""
    env.flush_all()
    return {
        (level, code): owner_id
        for level, code, owner_id in env.execute_query(
            SQL(
                "SELECT level, code, owner_id FROM rc_region"
                " WHERE active AND company_id = %s AND owner_id IS NOT NULL",
                company.id,
            )
        )
    }


def read_team_member_ids(env, company):
    """Return ids of the contacts of all members of sales teams."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT users.partner_id FROM crm_team_member membership
              JOIN res_users users ON users.id = membership.user_id
              JOIN crm_team team ON team.id = membership.crm_team_id
             WHERE membership.active AND (team.company_id IS NULL OR team.company_id = %s)
            """,
            company.id,
        )
    )
    return [row[0] for row in rows]


def read_participant_ids(env, company):
    """Return ids of everybody who takes part: who logs in, has a role, a sponsor, a rank, or
    bought or sold."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT buyer_id FROM rc_commission_fact WHERE company_id = %(company)s
             UNION SELECT sponsor_id FROM rc_commission_fact WHERE company_id = %(company)s
             UNION SELECT seller_id FROM rc_commission_fact WHERE company_id = %(company)s
             UNION SELECT salesperson_id FROM rc_commission_fact WHERE company_id = %(company)s
             UNION SELECT member_id FROM rc_sponsor_edge
                    WHERE company_id = %(company)s AND ended_at IS NULL
             UNION SELECT sponsor_id FROM rc_sponsor_edge
                    WHERE company_id = %(company)s AND ended_at IS NULL
             UNION SELECT partner_id FROM rc_commission_rank WHERE company_id = %(company)s
             UNION SELECT member_id FROM rc_placement_edge
                    WHERE company_id = %(company)s AND ended_on IS NULL
             UNION SELECT id FROM res_partner
                    WHERE rc_participant_role IS NOT NULL AND active
                      AND (company_id IS NULL OR company_id = %(company)s)
             UNION SELECT users.partner_id FROM res_users users
                     JOIN res_company_users_rel rel ON rel.user_id = users.id
                    WHERE users.active AND rel.cid = %(company)s
            """,
            company=company.id,
        )
    )
    return [row[0] for row in rows if row[0]]


def read_ranks(env, company, ladder, ids=None, before=None):
    """Return person → (rank, cause, periods below) as it stands, or stood when the day
    ``before`` began; ``ids`` None: of everybody."""
    if ids is not None and not ids:
        return {}
    env.flush_all()
    only = SQL("AND partner_id IN %s", tuple(ids)) if ids is not None else SQL()
    if before is not None:
        only = SQL("%s AND since < %s", only, before)
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT ON (partner_id) partner_id, rank, cause, misses
              FROM rc_commission_rank WHERE company_id = %s AND ladder = %s %s
             ORDER BY partner_id, id DESC
            """,
            company.id,
            ladder,
            only,
        )
    )
    return {person: (rank, cause, misses or 0) for person, rank, cause, misses in rows}


def read_unlocked(env, company, ids):
    """Return {(plan, rule, person)} whose reserve is free."""
    if not ids:
        return set()
    rows = env.execute_query(
        SQL(
            "SELECT plan_code, rule, partner_id FROM rc_commission_unlock"
            " WHERE company_id = %s AND partner_id IN %s",
            company.id,
            tuple(ids),
        )
    )
    return {tuple(row) for row in rows}


def read_reserved(env, company):
    """Return ids of everybody who has something in reserve."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT partner_id FROM rc_commission_account
             WHERE company_id = %s AND reserve > 0 ORDER BY partner_id
            """,
            company.id,
        )
    )
    return [row[0] for row in rows]


def read_left(env, company, ids=None):
    """Return leader → who moved away from them and did not come back, in the order they did."""
    if ids is not None and not ids:
        return {}
    env.flush_all()
    only = SQL("AND by_id IN %s", tuple(ids)) if ids is not None else SQL()
    left = {}
    for leader, member, cause in env.execute_query(
        SQL(
            """
            SELECT by_id, member_id, cause FROM rc_placement_edge
             WHERE company_id = %s AND cause IN ('leave_two', 'idle_swap') AND by_id IS NOT NULL
               AND by_id <> member_id %s ORDER BY id
            """,
            company.id,
            only,
        )
    ):
        people = left.setdefault(leader, [])
        if cause == "idle_swap" and member in people:
            people.remove(member)
        else:
            people.append(member)
    return left


def read_referrals(env, zone, ids, start, end):
    """Return sponsor → how many people were bound to them in ``[start, end)``."""
    if not ids:
        return {}
    env.flush_all()
    window = [
        SQL("AND bound_at %s %s", sign, utc_midnight(day, zone))
        for sign, day in ((SQL(">="), start), (SQL("<"), end))
        if day
    ]
    return dict(
        env.execute_query(
            SQL(
                """
                SELECT sponsor_id, COUNT(DISTINCT member_id) FROM rc_sponsor_edge
                 WHERE sponsor_id IN %s AND ended_at IS NULL %s GROUP BY sponsor_id
                """,
                tuple(ids),
                SQL(" ").join(window),
            )
        )
    )
