"""What the database does for us: published plans stay frozen."""

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
