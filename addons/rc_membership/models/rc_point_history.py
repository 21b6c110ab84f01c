"""READ what a member sees of the own points, set-based, also of accounts merged into this one."""

from odoo import api, models
from odoo.tools import SQL

from ..adapters import company_zone
from ..kernel.periods import add_months, utc_midnight


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    def _get_with_merged(self):
        """Return this account and all that were merged into it."""
        found, accounts = self, self.with_context(active_test=False)
        while more := accounts.search([("merged_into_id", "in", found.ids)]) - found:
            found |= more
        return found

    def _query_history(self):
        ids = self._get_with_merged().ids
        return SQL(
            """
            SELECT entry.id, entry.occurred_at,
                   CASE WHEN entry.credit_bucket = 'available'
                         AND entry.credit_account_id = ANY(%(ids)s) THEN entry.amount ELSE 0 END
                 - CASE WHEN entry.debit_bucket = 'available'
                         AND entry.debit_account_id = ANY(%(ids)s) THEN entry.amount ELSE 0 END
                   AS change
              FROM rc_point_entry entry
             WHERE (entry.credit_account_id = ANY(%(ids)s) OR entry.debit_account_id = ANY(%(ids)s))
               AND entry.kind <> 'merge'
            """,
            ids=ids,
        )

    @api.private
    def _count_history(self):
        self.ensure_one()
        self.env.flush_all()
        [(count,)] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM (%s) moves", self._query_history())
        )
        return count

    @api.private
    def _read_history(self, limit, offset=0):
        """Return (entry id, change of the spendable points, balance after it), newest first."""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, change::bigint,
                       (SUM(change) OVER (ORDER BY occurred_at, id))::bigint AS balance
                  FROM (%s) moves ORDER BY occurred_at DESC, id DESC LIMIT %s OFFSET %s
                """,
                self._query_history(),
                limit,
                offset,
            )
        )
        return [tuple(int(value) for value in row) for row in rows]

    @api.private
    def _read_month_balances(self, today, months):
        """Return (day, spendable points) at the end of each of the last months, and today."""
        self.ensure_one()
        self.env.flush_all()
        zone = company_zone(self.company_id)
        begin = today.replace(day=1)
        ends = [add_months(begin, -n) for n in range(months - 2, -1, -1)]
        values = SQL(", ").join(
            SQL("(%s::date, %s::timestamp)", end, utc_midnight(end, zone)) for end in ends
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ends.day, COALESCE(SUM(moves.change), 0)::bigint
                  FROM (VALUES %s) AS ends (day, at)
                  LEFT JOIN (%s) moves ON moves.occurred_at < ends.at
                 GROUP BY ends.day ORDER BY ends.day
                """,
                values,
                self._query_history(),
            )
        )
        past = [(add_months(day, -1), int(points)) for day, points in rows]
        return [*past, (today, int(self._get_balances()[self.id]["available"]))]

    @api.private
    def _read_lot_groups(self):
        """Return (nature, last day or None, points) of open lots, in the order they are spent."""
        self.ensure_one()
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT nature, expires_on, SUM(remaining)::bigint FROM rc_point_lot
                 WHERE account_id = %s AND remaining > 0
                 GROUP BY nature, expires_on
                 ORDER BY expires_on NULLS LAST,
                          array_position(ARRAY['earned', 'bonus', 'bought'], nature::text)
                """,
                self.id,
            )
        )

    @api.private
    def _read_pending_days(self):
        """Return (day or None, points) that wait, soonest first; None: their day is not known."""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT available_on, SUM(points)::bigint FROM (
                       SELECT entry.available_on, entry.amount - COALESCE((
                              SELECT SUM(taken.amount) FROM rc_point_entry taken
                               WHERE taken.pending_entry_id = entry.id
                                 AND taken.debit_bucket = 'pending'), 0) AS points
                         FROM rc_point_entry entry
                        WHERE entry.credit_account_id = ANY(%s)
                          AND entry.available_on IS NOT NULL
                       ) waiting
                 WHERE points > 0 GROUP BY available_on ORDER BY available_on
                """,
                self._get_with_merged().ids,
            )
        )
        rows = [(day, int(points)) for day, points in rows]
        others = int(self._get_balances()[self.id]["pending"]) - sum(n for _day, n in rows)
        return [*rows, (None, others)] if others > 0 else rows
