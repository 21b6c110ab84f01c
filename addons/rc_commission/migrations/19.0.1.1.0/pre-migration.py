"""Awards get a source, what they give, and a reserve; accounts get a review balance."""


def migrate(cr, version):
    """Fill the new columns before the ORM asks for them: rows of awards only grow afterwards."""
    cr.execute(
        """
        ALTER TABLE rc_commission_award
          ADD COLUMN IF NOT EXISTS source varchar,
          ADD COLUMN IF NOT EXISTS give varchar DEFAULT 'cash',
          ADD COLUMN IF NOT EXISTS reserve_share varchar DEFAULT '0',
          ADD COLUMN IF NOT EXISTS is_review boolean DEFAULT false
        """
    )
    cr.execute("ALTER TABLE rc_commission_award DISABLE TRIGGER rc_append_only_row")
    cr.execute(
        """
        UPDATE rc_commission_award SET source = 'account.move.line:' || move_line_id
         WHERE source IS NULL
        """
    )
    cr.execute("ALTER TABLE rc_commission_award ENABLE TRIGGER rc_append_only_row")
    cr.execute("ALTER TABLE rc_commission_award ALTER COLUMN move_line_id DROP NOT NULL")
    cr.execute("ALTER TABLE rc_commission_award ALTER COLUMN account_id DROP NOT NULL")
    cr.execute(
        """
        ALTER TABLE rc_commission_award
          ALTER COLUMN give DROP DEFAULT,
          ALTER COLUMN reserve_share DROP DEFAULT,
          ALTER COLUMN is_review DROP DEFAULT
        """
    )
    cr.execute(
        "ALTER TABLE rc_commission_account ADD COLUMN IF NOT EXISTS review numeric DEFAULT 0"
    )
    cr.execute("ALTER TABLE rc_commission_account ALTER COLUMN review DROP DEFAULT")
