"""Days of grace were a company's setting; now each program has its own, with its days of tries."""

from odoo.tools import SQL

TRIES = (1, 3, 7)


def _has(cr, table, column):
    cr.execute(
        SQL(
            "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            table,
            column,
        )
    )
    return bool(cr.fetchone())


def migrate(cr, version):
    if _has(cr, "rc_subscription_notice", "kind"):  # its words follow the settings now
        cr.execute(SQL("ALTER TABLE rc_subscription_notice RENAME kind TO code"))
    if _has(cr, "res_company", "rc_grace_days"):
        _move_grace(cr)


def _move_grace(cr):
    cr.execute(SQL("ALTER TABLE rc_program ADD COLUMN IF NOT EXISTS grace_days integer"))
    cr.execute(SQL("ALTER TABLE rc_program ADD COLUMN IF NOT EXISTS retry_days varchar"))
    cr.execute(
        SQL(
            """
            UPDATE rc_program program
               SET grace_days = LEAST(COALESCE(company.rc_grace_days, 7), 90),
                   retry_days = (SELECT string_agg(day::text, ', ' ORDER BY day)
                                   FROM unnest(%s) AS day
                                  WHERE day <= COALESCE(company.rc_grace_days, 7))
              FROM res_company company
             WHERE company.id = program.company_id AND program.grace_days IS NULL
            """,
            list(TRIES),
        )
    )
