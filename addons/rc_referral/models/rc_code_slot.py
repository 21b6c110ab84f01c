"""READ: how many uses are left of a limit, and which place is free."""

from odoo import api, models
from odoo.tools import SQL


class RcCodeUse(models.Model):
    _inherit = "rc.code.use"

    def _get_scope(self, code, partner=None):
        """Return the condition on rows that count for the code's limit, or for one person's."""
        scope = SQL("code_id = %s", code.id)
        if partner:
            scope = SQL(
                "%s AND (person = %s OR partner_id = %s)",
                scope,
                self._get_person(partner),
                partner.id,
            )
        return scope

    @api.model
    def _count_left(self, code, partner=None):
        """Return how many uses are left of a limit (the code's, or one person's)."""
        limit = code.use_limit_per_person if partner else code.use_limit
        return self._count_left_in(self._get_scope(code, partner), limit)

    @api.model
    def _count_left_of_campaign(self, campaign):
        """Return how many uses are left of a campaign's limit."""
        return self._count_left_in(self._get_campaign_scope(campaign), campaign.rc_use_limit)

    def _get_campaign_scope(self, campaign):
        return SQL("campaign_id = %s", campaign.id)

    def _count_left_in(self, scope, limit):
        self.flush_model()
        [[live]] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FILTER (WHERE releases_id IS NULL)
                     - COUNT(*) FILTER (WHERE releases_id IS NOT NULL)
                  FROM rc_code_use WHERE %s
                """,
                scope,
            )
        )
        return limit - live

    def _find_slot(self, code, partner=None):
        """Return a free slot of the limit, None where all are taken.

        Of the code's slots any one is taken, so that a crowd does not fight for the same; one
        person's are taken in order.
        """
        scope = self._get_scope(code, partner)
        if partner:
            order = SQL("free.number")
            return self._find_slot_in(scope, "person_slot", code.use_limit_per_person, order)
        return self._find_slot_in(scope, "slot", code.use_limit, SQL("random()"))

    def _find_campaign_slot(self, campaign):
        scope = self._get_campaign_scope(campaign)
        return self._find_slot_in(scope, "campaign_slot", campaign.rc_use_limit, SQL("random()"))

    def _find_slot_in(self, scope, column, limit, order):
        """Uses from before there was a limit have no slot and make the limit so much smaller; each
        release makes it larger by one."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH mine AS (SELECT * FROM rc_code_use WHERE %(scope)s),
                     room AS (
                         SELECT %(limit)s + COUNT(*) FILTER (WHERE releases_id IS NOT NULL)
                              - COUNT(*) FILTER (WHERE releases_id IS NULL AND %(column)s IS NULL)
                                AS slots
                           FROM mine)
                SELECT free.number FROM room, generate_series(1, room.slots) AS free(number)
                 WHERE NOT EXISTS (SELECT 1 FROM mine WHERE mine.%(column)s = free.number)
                 ORDER BY %(order)s LIMIT 1
                """,
                scope=scope,
                limit=limit,
                column=SQL.identifier(column),
                order=order,
            )
        )
        return rows[0][0] if rows else None
