"""What the database itself must refuse: changes of rows that only grow."""

from odoo.tools import SQL

_FUNCTION = """
CREATE OR REPLACE FUNCTION rc_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    mutable text[] := '{}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF TG_NARGS > 0 THEN
            mutable := string_to_array(TG_ARGV[0], ',');
        END IF;
        IF (to_jsonb(NEW) - mutable) = (to_jsonb(OLD) - mutable) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of %% only grow: %% refused; write a reversing entry instead',
        TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$body$
"""

_ROW_TRIGGER = "rc_append_only_row"
_TABLE_TRIGGER = "rc_append_only_table"


def make_append_only(cr, table, mutable=(), deletable=False):
    """Let the database refuse UPDATE, DELETE and TRUNCATE of ``table``.

    :param mutable: columns that may change (foreign keys that a merge of contacts moves,
        a retention mark); everything else of a row is fixed for good.
    :param deletable: True where a law asks for deletion (touches): only UPDATE and TRUNCATE
        are refused.
    """
    cr.execute(SQL(_FUNCTION))
    cr.execute(
        SQL(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            table,
        )
    )
    present = {name for (name,) in cr.fetchall()}
    name = SQL.identifier(table)
    for trigger in present & {_ROW_TRIGGER, _TABLE_TRIGGER}:
        cr.execute(SQL("DROP TRIGGER %s ON %s", SQL.identifier(trigger), name))
    cr.execute(
        SQL(
            "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION rc_append_only(%s)",
            SQL.identifier(_ROW_TRIGGER),
            SQL("UPDATE") if deletable else SQL("UPDATE OR DELETE"),
            name,
            ",".join(mutable),
        )
    )
    cr.execute(
        SQL(
            "CREATE TRIGGER %s BEFORE TRUNCATE ON %s EXECUTE FUNCTION rc_append_only()",
            SQL.identifier(_TABLE_TRIGGER),
            name,
        )
    )


def missing_protection(cr, table, objects):
    """Return the names of triggers, constraints and indexes that ``table`` should have but has not.

    Odoo only logs a constraint it could not create, so ledgers ask the catalogue themselves.
    """
    cr.execute(
        SQL(
            """
            SELECT conname FROM pg_constraint WHERE conrelid = %(table)s::regclass
            UNION ALL
            SELECT indexname FROM pg_indexes
             WHERE tablename = %(table)s AND schemaname = current_schema
            UNION ALL
            SELECT tgname FROM pg_trigger
             WHERE tgrelid = %(table)s::regclass AND tgenabled <> 'D'
            """,
            table=table,
        )
    )
    return sorted(set(objects) - {name for (name,) in cr.fetchall()})


def drop_functions(cr, names):
    """Remove trigger functions and the triggers that call them: for uninstall hooks only."""
    for name in names:
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(name)))


def append_only_objects():
    """Return the names of the triggers that :func:`make_append_only` creates."""
    return (_ROW_TRIGGER, _TABLE_TRIGGER)
