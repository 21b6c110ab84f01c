"""A change of plan starts its periods anew: the former unique keys per period give way."""

from odoo.tools import SQL


def migrate(cr, version):
    for table in ("rc_subscription_charge", "rc_subscription_billing"):
        cr.execute(
            SQL(
                "ALTER TABLE IF EXISTS %s DROP CONSTRAINT IF EXISTS %s",
                SQL.identifier(table),
                SQL.identifier(f"{table}_period_uniq"),
            )
        )
