from odoo import api, fields, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_usage_html = fields.Html(
        "What is Left",
        compute="_compute_rc_usage_html",
        sanitize=False,
        groups="rc_membership.group_salesperson,rc_membership.group_accountant",
    )

    # ------------------------------------------------------------------
    # Usage: the surface is rc.usage
    # ------------------------------------------------------------------

    def _rc_check(self, code, amount, at, program=None):
        """Return whether this person may use ``amount`` of a right at ``at``; see ``rc.usage``."""
        return self.env["rc.usage"]._check(self, code, amount, at, program)

    def _rc_consume(self, code, amount, key, at, program=None):
        """Use ``amount`` of a right once per ``key``, or refuse; see ``rc.usage``."""
        return self.env["rc.usage"]._consume(self, code, amount, key, at, program)

    def _compute_rc_usage_html(self):
        """A small table of what the member has left, for staff."""
        usage = self.env["rc.usage"].sudo()  # shown to staff who may read the contact
        program = self.env["rc.program"].sudo()._get_platform()  # settings
        now = fields.Datetime.now()
        for partner in self:
            lines = usage._get_overview(partner._origin, now) if program and partner._origin else []
            partner.rc_usage_html = self.env["ir.qweb"]._render(
                "rc_membership.usage_panel", {"lines": lines}
            )

    def action_rc_view_usage(self):
        """Open what these members used."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_entitlement_use_action"
        )
        return {**action, "domain": [("partner_id", "in", self.ids)], "context": {}}

    def action_rc_view_grants(self):
        """Open what was given to these members."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_entitlement_grant_action"
        )
        return {
            **action,
            "domain": [("partner_id", "in", self.ids)],
            "context": {"default_partner_ids": self.ids},
        }

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
        # of two notices about the same month one is enough
        self.env["rc.quota.notice"].sudo().search([("partner_id", "in", sources.ids)]).unlink()
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
