"""Orders are counted for each tier, product and kind they have, not for their first line's only."""

from odoo.tools import SQL


def migrate(cr, version):
    """Fill the new columns from what counted an order; rows of facts only grow afterwards."""
    cr.execute("SELECT to_regclass('rc_commission_fact') IS NOT NULL")
    if not cr.fetchone()[0]:
        return
    cr.execute(
        """
        ALTER TABLE rc_commission_fact
          ADD COLUMN IF NOT EXISTS orders_of_tier integer DEFAULT 0,
          ADD COLUMN IF NOT EXISTS orders_of_product integer DEFAULT 0,
          ADD COLUMN IF NOT EXISTS orders_of_kind integer DEFAULT 0
        """
    )
    cr.execute("ALTER TABLE rc_commission_fact DISABLE TRIGGER rc_append_only_row")
    for name in ("tier", "product", "kind"):
        # the facts of one change of an invoice end with its number; one of them counts the order
        column = SQL.identifier(f"orders_of_{name}")
        query = SQL(
            """
            WITH change AS (
                SELECT fact.id, %s AS value, fact.order_key, line.move_id,
                       substring(fact.key FROM '[^|]*$') AS number, fact.orders
                  FROM rc_commission_fact fact
                  JOIN account_move_line line ON line.id = fact.move_line_id
            ), counted AS (
                SELECT order_key, move_id, number, SUM(orders) AS orders
                  FROM change GROUP BY 1, 2, 3 HAVING SUM(orders) <> 0
            ), marked AS (
                SELECT DISTINCT ON (change.order_key, change.move_id, change.number, change.value)
                       change.id, counted.orders
                  FROM change JOIN counted USING (order_key, move_id, number)
                 WHERE change.value IS NOT NULL
                 ORDER BY change.order_key, change.move_id, change.number, change.value, change.id
            )
            UPDATE rc_commission_fact fact SET %s = marked.orders
              FROM marked WHERE marked.id = fact.id
            """,
            SQL.identifier("fact", name),
            column,
        )
        cr.execute(query)
    cr.execute("ALTER TABLE rc_commission_fact ENABLE TRIGGER rc_append_only_row")
    cr.execute(
        """
        ALTER TABLE rc_commission_fact
          ALTER COLUMN orders_of_tier DROP DEFAULT,
          ALTER COLUMN orders_of_product DROP DEFAULT,
          ALTER COLUMN orders_of_kind DROP DEFAULT
        """
    )
