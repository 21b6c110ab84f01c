from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    # ------------------------------------------------------------------
    # Usage: the surface is rc.usage
    # ------------------------------------------------------------------

    def _rc_check(self, code, amount, at, program=None):
        """Return whether this person may use ``amount`` of a right at ``at``; see ``rc.usage``."""
        return self.env["rc.usage"]._check(self, code, amount, at, program)

    def _rc_consume(self, code, amount, key, at, program=None):
        """Use ``amount`` of a right once per ``key``, or refuse; see ``rc.usage``."""
        return self.env["rc.usage"]._consume(self, code, amount, key, at, program)

    # ------------------------------------------------------------------
    # Merge of contacts
    # ------------------------------------------------------------------

    @api.model
    def _rc_before_merge(self, sources, target):
        """What was given and used moves with the person; two counters of one window add up."""
        super()._rc_before_merge(sources, target)
        self.env.flush_all()
        for source in sources:
            self._rc_merge_counters(source.id, target.id)
        for table in ("rc_entitlement_grant", "rc_entitlement_counter", "rc_entitlement_use"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET partner_id = %s WHERE partner_id IN %s",
                    SQL.identifier(table),
                    target.id,
                    tuple(sources.ids),
                )
            )
        self.env.invalidate_all()

    @api.model
    def _rc_merge_counters(self, source_id, target_id):
        """Add counters of a window that both have to the target's, and point to those."""
        twins = self.env.execute_query(
            SQL(
                """
                UPDATE rc_entitlement_counter twin
                   SET used = twin.used + old.used, carried = twin.carried + old.carried,
                       next_id = COALESCE(twin.next_id, old.next_id)
                  FROM rc_entitlement_counter old
                 WHERE old.partner_id = %s AND twin.partner_id = %s
                   AND old.grant_id IS NULL AND twin.grant_id IS NULL
                   AND old.entitlement_id = twin.entitlement_id
                   AND old.program_id = twin.program_id
                   AND old.per = twin.per AND old.window_start = twin.window_start
             RETURNING old.id, twin.id
                """,
                source_id,
                target_id,
            )
        )
        for old_id, twin_id in twins:
            for table, column in (
                ("rc_entitlement_use", "counter_id"),
                ("rc_entitlement_counter", "next_id"),
            ):
                self.env.cr.execute(
                    SQL(
                        "UPDATE %(table)s SET %(column)s = %(twin)s WHERE %(column)s = %(old)s",
                        table=SQL.identifier(table),
                        column=SQL.identifier(column),
                        twin=twin_id,
                        old=old_id,
                    )
                )
            self.env.cr.execute(SQL("DELETE FROM rc_entitlement_counter WHERE id = %s", old_id))
