"""Accounts that were merged before say which account took them over."""


def migrate(cr, version):
    # the opening lots of existing balances are made with the table of lots itself
    cr.execute(
        """
        UPDATE rc_point_account account SET merged_into_id = split_part(entry.key, ':', 3)::integer
          FROM rc_point_entry entry
         WHERE entry.kind = 'merge' AND NOT account.active AND account.merged_into_id IS NULL
           AND entry.key LIKE 'merge:%'
           AND split_part(entry.key, ':', 2)::integer = account.id
        """
    )
