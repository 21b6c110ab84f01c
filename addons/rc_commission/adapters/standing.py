"""Ladders in force as rows, and who stands where on them."""

import json
from dataclasses import dataclass
from zlib import crc32

from odoo.tools import SQL

from ..kernel.ranks import ladders_of
from ..kernel.types import Ladder, PlanVersion
from ..wording.ranks import ladder_label, rank_label

_SPREAD = 2**20  # ids: person × spread + number of the ladder


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A ladder in force of a company; ``number`` stays the same whatever other plans come."""

    number: int
    company_id: int
    version: object  # rc.commission.plan.version
    plan: PlanVersion
    ladder: Ladder

    def find_file_rank(self, code):
        """Return a rank as the plan file says it."""
        ladders = json.loads(self.version.definition).get("ladders") or {}
        steps = ladders.get(self.ladder.code) or []
        if isinstance(steps, dict):
            steps = steps.get("ranks") or []
        for step in steps:
            if isinstance(step, dict) and step.get("rank") == code:
                return step
        return {"rank": code}


def read_ladders(env, companies, today):
    """Return the ladders in force of companies, each once, in the plans' order.

    :param today: company id → day
    """
    plans = env["rc.commission.plan"].sudo()  # ladders are no secret; rows are the reader's own
    rows = []
    for company in companies:
        versions = plans._get_versions_in_force(company, today[company.id])
        parsed = [(version._parse(), version) for version in versions]
        used = set()
        for plan, ladder in ladders_of([plan for plan, _version in parsed]):
            version = next(record for found, record in parsed if found is plan)
            number = crc32(f"{company.id}:{ladder.code}".encode()) % _SPREAD
            while number in used:
                number = (number + 1) % _SPREAD
            used.add(number)
            rows.append(LadderRow(number, company.id, version, plan, ladder))
    return rows


def standing_query(env, ladders):
    """Return the query of who stands where: participants of a ladder's roles, and who has a rank."""
    if not ladders:
        return SQL(
            """
            SELECT 0 AS id, 0 AS company_id, '' AS ladder, '' AS ladder_name, 0 AS partner_id,
                   'member' AS role, '' AS rank, '' AS rank_name, 0 AS place, NULL::date AS since,
                   '' AS cause, 0 AS version_id WHERE FALSE
            """
        )
    return SQL(
        """
        WITH ladder (number, company_id, code, name, roles, free, version_id) AS (VALUES %(ladders)s),
        step (number, place, rank, name) AS (VALUES %(steps)s),
        person AS (%(people)s)
        SELECT person.id::bigint * %(spread)s + ladder.number AS id, ladder.company_id,
               ladder.code AS ladder, ladder.name AS ladder_name, person.id AS partner_id,
               person.role, step.rank, COALESCE(step.name, %(nobody)s) AS rank_name,
               COALESCE(step.place, 0) AS place,
               CASE WHEN stored.rank IS NOT NULL THEN stand.since END AS since,
               CASE WHEN stored.rank IS NOT NULL THEN stand.cause END AS cause, ladder.version_id
          FROM ladder
          JOIN person ON person.company_id = ladder.company_id
          LEFT JOIN LATERAL (
               SELECT history.rank, history.since, history.cause
                 FROM rc_commission_rank history
                WHERE history.company_id = ladder.company_id AND history.ladder = ladder.code
                  AND history.partner_id = person.id
                ORDER BY history.id DESC LIMIT 1
          ) stand ON TRUE
          LEFT JOIN step stored ON stored.number = ladder.number AND stored.rank = stand.rank
          LEFT JOIN step ON step.number = ladder.number AND step.rank = COALESCE(
                    stored.rank,
                    CASE WHEN CARDINALITY(ladder.roles) = 0 OR person.role = ANY(ladder.roles)
                         THEN ladder.free END)
         WHERE stored.rank IS NOT NULL OR person.role = ANY(ladder.roles)
            OR (CARDINALITY(ladder.roles) = 0 AND ladder.free IS NOT NULL)
        """,
        ladders=SQL(", ").join(_ladder_values(env, row) for row in ladders),
        steps=SQL(", ").join(values for row in ladders for values in _step_values(env, row)),
        people=_people_query(env, {row.company_id for row in ladders}),
        spread=_SPREAD,
        nobody=f"0 · {rank_label(env, None)}",
    )


def _ladder_values(env, row):
    """Return a ladder as a row of VALUES; who has no rank has the first one where it is free."""
    first = row.ladder.ranks[0]
    return SQL(
        "(%s, %s, %s, %s, %s::varchar[], %s::varchar, %s)",
        row.number,
        row.company_id,
        row.ladder.code,
        ladder_label(env, row.ladder.code),
        list(row.ladder.roles),
        None if first.requirements else first.code,
        row.version.id,
    )


def _step_values(env, row):
    """Yield the ranks of a ladder as rows of VALUES, numbered from one."""
    for place, rank in enumerate(row.ladder.ranks, 1):
        label = f"{place} · {rank_label(env, rank.code)}"
        yield SQL("(%s, %s, %s, %s)", row.number, place, rank.code, label)


def _people_query(env, company_ids):
    """Return (id, company_id, role) of who takes part in a company's network."""
    return SQL(
        """
        SELECT member.id, member.company_id, %(role)s AS role
          FROM (
               SELECT member_id AS id, company_id FROM rc_sponsor_edge WHERE ended_at IS NULL
                UNION
               SELECT sponsor_id, company_id FROM rc_sponsor_edge WHERE ended_at IS NULL
                UNION
               SELECT partner_id, company_id FROM rc_commission_rank
                UNION
               SELECT member_id, company_id FROM rc_placement_edge WHERE ended_on IS NULL
                UNION
               SELECT users.partner_id, rel.cid FROM res_users users
                 JOIN res_company_users_rel rel ON rel.user_id = users.id
                WHERE users.active
                UNION
               SELECT partner.id, company.id FROM res_partner partner CROSS JOIN res_company company
                WHERE partner.rc_participant_role IS NOT NULL AND partner.active
                  AND COALESCE(partner.company_id, company.id) = company.id
          ) member
          JOIN res_partner partner ON partner.id = member.id AND partner.active
          LEFT JOIN LATERAL (%(logins)s) login ON TRUE
         WHERE member.company_id IN %(companies)s
        """,
        role=ROLE,
        logins=logins_query(env),
        companies=tuple(company_ids),
    )


# as ``res.partner._rc_get_roles``
ROLE = SQL(
    """
    CASE WHEN login.is_staff THEN 'staff'
         WHEN partner.rc_participant_role IS NOT NULL THEN partner.rc_participant_role
         WHEN login.is_partner THEN 'partner' WHEN login.is_promoter THEN 'promoter'
         ELSE 'member' END
    """
)


def logins_query(env):
    """Return the query of what the logins of ``partner`` make of it."""
    groups = [
        [env.ref(f"rc_membership.{name}").id for name in names]
        for names in (("group_partner", "group_partner_finance"), ("group_promoter",))
    ]
    return SQL(
        """
        SELECT BOOL_OR(NOT users.share) AS is_staff, BOOL_OR(rel.gid = ANY(%s)) AS is_partner,
               BOOL_OR(rel.gid = ANY(%s)) AS is_promoter
          FROM res_users users LEFT JOIN res_groups_users_rel rel ON rel.uid = users.id
         WHERE users.partner_id = partner.id AND users.active
        """,
        *groups,
    )
