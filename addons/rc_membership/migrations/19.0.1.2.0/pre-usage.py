"""Entitlements get a currency for their list value before the column becomes required."""

from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    if not column_exists(cr, "rc_entitlement", "currency_id"):
        create_column(cr, "rc_entitlement", "currency_id", "int4")
    cr.execute(
        """
        UPDATE rc_entitlement entitlement SET currency_id = company.currency_id
          FROM res_company company
         WHERE company.id = entitlement.company_id AND entitlement.currency_id IS NULL
        """
    )
