"""What the database does for us: rows inserted once, published plans frozen."""

import json

from odoo.tools import SQL

_FROZEN_FUNCTION = """
CREATE OR REPLACE FUNCTION rc_commission_version_frozen() RETURNS trigger
LANGUAGE plpgsql AS $body$
DECLARE
    mutable text[] := ARRAY['state', 'date_to', 'write_uid', 'write_date'];
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state <> 'draft'
       AND (to_jsonb(NEW) - mutable) = (to_jsonb(OLD) - mutable) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a published plan version never changes: %% refused; publish a new version',
        TG_OP USING ERRCODE = 'restrict_violation';
END
$body$
"""
FROZEN_TRIGGER = "rc_commission_version_frozen"


def freeze_published_versions(cr, table):
    """Let the database refuse changes of versions that are published or retired."""
    cr.execute(SQL(_FROZEN_FUNCTION))
    cr.execute(
        SQL(
            "DROP TRIGGER IF EXISTS %s ON %s", SQL.identifier(FROZEN_TRIGGER), SQL.identifier(table)
        )
    )
    cr.execute(
        SQL(
            "CREATE TRIGGER %s BEFORE UPDATE OR DELETE ON %s"
            " FOR EACH ROW EXECUTE FUNCTION rc_commission_version_frozen()",
            SQL.identifier(FROZEN_TRIGGER),
            SQL.identifier(table),
        )
    )


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
