"""Which territories an address lies in."""

from odoo.tools import SQL


def read_address_regions(env, company, partner_ids):
    """Return partner → level → code of the territories of their address, in two queries.

    The regions the contact names with those above them; a contact that names none has those whose
    country, state and city are its own.
    """
    partner_ids = {partner_id for partner_id in partner_ids if partner_id}
    if not partner_ids:
        return {}
    env.flush_all()
    regions = {
        row["id"]: row
        for row in env.execute_query_dict(
            SQL(
                """
                SELECT id, level, code, parent_id, country_id, state_id, LOWER(TRIM(city)) AS city
                  FROM rc_region WHERE active AND company_id = %s ORDER BY id
                """,
                company.id,
            )
        )
    }
    if not regions:
        return {}
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT partner.id, partner.country_id, partner.state_id,
                   LOWER(TRIM(partner.city)) AS city,
                   ARRAY_REMOVE(ARRAY_AGG(rel.rc_region_id ORDER BY rel.rc_region_id), NULL) AS named
              FROM res_partner partner
              LEFT JOIN rc_region_res_partner_rel rel ON rel.res_partner_id = partner.id
             WHERE partner.id IN %s GROUP BY partner.id
            """,
            tuple(partner_ids),
        )
    )
    return {row["id"]: _get_levels(regions, row) for row in rows}


def _get_levels(regions, address):
    """Return level → code, the regions named or matched and those they lie in."""
    named = [regions[i] for i in address["named"] if i in regions]
    levels = {}
    for region in named or [r for r in regions.values() if _matches(r, address)]:
        seen = set()
        while region and region["id"] not in seen:
            seen.add(region["id"])
            levels.setdefault(region["level"], region["code"])
            region = regions.get(region["parent_id"])
    return levels


def _matches(region, address):
    """Whether all that a region says of its addresses is true of this one; it must say something."""
    told = [name for name in ("country_id", "state_id", "city") if region[name]]
    return bool(told) and all(region[name] == address[name] for name in told)
