"""What the database does for us: rows inserted once, and rows that only grow."""

import json

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
    A table that is not there yet (code newer than the database) misses them all.
    """
    cr.execute(
        SQL(
            """
            SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(%(table)s)
            UNION ALL
            SELECT indexname FROM pg_indexes
             WHERE tablename = %(table)s AND schemaname = current_schema
            UNION ALL
            SELECT tgname FROM pg_trigger
             WHERE tgrelid = to_regclass(%(table)s) AND tgenabled <> 'D'
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


def insert_once(env, table, rows, unique, in_order=False):
    """Insert rows whose ``unique`` column is new; return the set of those values that were new.

    :param rows: dicts of the same columns; dicts and lists in them become JSON
    :param in_order: ids follow the order given (for who holds the company's state row); else keys
        are inserted sorted, so that two writers never wait for each other
    """
    if not rows:
        return set()
    if not in_order:
        rows = sorted(rows, key=lambda row: row[unique])
    stamp = {"create_uid": env.uid, "create_date": env.cr.now()}
    columns = [*rows[0], *stamp]
    values = SQL(", ").join(
        SQL(
            "(%s)",
            SQL(", ").join(SQL("%s", _plain({**row, **stamp}[column])) for column in columns),
        )
        for row in rows
    )
    inserted = env.execute_query(
        SQL(
            "INSERT INTO %(table)s (%(columns)s) VALUES %(values)s"
            " ON CONFLICT (%(unique)s) DO NOTHING RETURNING %(unique)s",
            table=SQL.identifier(table),
            columns=SQL(", ").join(SQL.identifier(column) for column in columns),
            values=values,
            unique=SQL.identifier(unique),
        )
    )
    return {value for (value,) in inserted}


def _plain(value):
    return json.dumps(value) if isinstance(value, dict | list) else value
