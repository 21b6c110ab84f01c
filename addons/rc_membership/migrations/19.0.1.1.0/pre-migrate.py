"""Events and entitlements get their company before the columns become required."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    for table in ("rc_event", "rc_entitlement"):
        if not column_exists(cr, table, "company_id"):
            create_column(cr, table, "company_id", "int4")
    cr.execute("SELECT company_id FROM res_users WHERE id = 1")
    [(home,)] = cr.fetchall()
    fill_events(cr, home)
    fill_entitlements(cr, home)


def fill_events(cr, home):
    """An event is of its record's company, a sign-up of its user's, the rest of ``home``."""
    cr.execute("SELECT DISTINCT res_model FROM rc_event WHERE company_id IS NULL")
    for (model,) in cr.fetchall():
        table = (model or "").replace(".", "_")
        if column_exists(cr, table, "company_id"):
            cr.execute(
                SQL(
                    """
                    UPDATE rc_event event SET company_id = source.company_id
                      FROM %s source
                     WHERE event.res_model = %s AND event.res_id = source.id
                       AND event.company_id IS NULL
                    """,
                    SQL.identifier(table),
                    model,
                )
            )
    cr.execute(
        """
        UPDATE rc_event event SET company_id = member.company_id
          FROM res_users member
         WHERE event.res_model = 'res.partner' AND event.res_id = member.partner_id
           AND event.company_id IS NULL
        """
    )
    cr.execute(SQL("UPDATE rc_event SET company_id = %s WHERE company_id IS NULL", home))


def fill_entitlements(cr, home):
    """An entitlement stays with ``home`` or the one company that uses it; others get a copy."""
    cr.execute(SQL("ALTER TABLE rc_entitlement DROP CONSTRAINT IF EXISTS rc_entitlement_code_uniq"))
    cr.execute(
        SQL(
            """
            UPDATE rc_entitlement right_ SET company_id = COALESCE((
                   SELECT line.company_id FROM rc_tier_entitlement line
                    WHERE line.entitlement_id = right_.id
                    ORDER BY line.company_id <> %(home)s, line.company_id LIMIT 1), %(home)s)
             WHERE right_.company_id IS NULL
            """,
            home=home,
        )
    )
    cr.execute(
        """
        SELECT DISTINCT line.entitlement_id, line.company_id
          FROM rc_tier_entitlement line
          JOIN rc_entitlement right_ ON right_.id = line.entitlement_id
         WHERE line.company_id <> right_.company_id
        """
    )
    for entitlement_id, company_id in cr.fetchall():
        cr.execute(
            SQL(
                """
                INSERT INTO rc_entitlement (name, code, sequence, kind, unit_name, icon, active,
                                            company_id, create_uid, create_date,
                                            write_uid, write_date)
                SELECT name, code, sequence, kind, unit_name, icon, active, %s,
                       create_uid, create_date, write_uid, write_date
                  FROM rc_entitlement WHERE id = %s
             RETURNING id
                """,
                company_id,
                entitlement_id,
            )
        )
        [(copy_id,)] = cr.fetchall()
        cr.execute(
            SQL(
                """
                UPDATE rc_tier_entitlement SET entitlement_id = %s
                 WHERE entitlement_id = %s AND company_id = %s
                """,
                copy_id,
                entitlement_id,
                company_id,
            )
        )
