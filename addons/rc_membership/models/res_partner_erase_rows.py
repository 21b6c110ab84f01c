"""A person's own words and names in the rows of this addon."""

from odoo import models

ERASED = "(erased)"


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _rc_erase_own_rows(self, identity):
        partners = tuple(identity.partners.ids)
        self._rc_sql(
            "UPDATE rc_point_gift SET message = NULL WHERE partner_id IN %(p)s OR receiver_id IN %(p)s",
            p=partners,
        )
        self._rc_sql(
            """
            UPDATE rc_point_dispute SET reason = %(erased)s, evidence = NULL, decision = NULL
             WHERE account_id IN (SELECT id FROM rc_point_account WHERE partner_id IN %(p)s)
            """,
            erased=ERASED,
            p=partners,
        )
        self._rc_sql(
            """
            UPDATE rc_entitlement_dispute SET reason = %(erased)s, decision = NULL
             WHERE use_id IN (SELECT id FROM rc_entitlement_use WHERE partner_id IN %(p)s)
            """,
            erased=ERASED,
            p=partners,
        )
        self._rc_sql(
            """
            UPDATE rc_package_refund SET reason = %(erased)s, answer = NULL
             WHERE purchase_id IN (SELECT id FROM rc_package_purchase WHERE partner_id IN %(p)s)
            """,
            erased=ERASED,
            p=partners,
        )
        self._rc_sql(
            "UPDATE rc_seat SET email = NULL WHERE partner_id IN %(p)s OR LOWER(email) IN %(emails)s",
            p=partners,
            emails=tuple(email.lower() for email in identity.emails) or ("",),
        )
        self._rc_sql(
            """
            UPDATE rc_event SET error = NULL
             WHERE error IS NOT NULL AND res_model = 'res.partner' AND res_id IN %s
            """,
            partners,
        )
        self._rc_erase_golive(identity)

    def _rc_erase_golive(self, identity):
        """Empty the lines of imports the person came with, and delete the files they were in."""
        references = self.env["rc.member.reference"].search(
            [("partner_id", "in", identity.partners.ids)]
        )
        lines = self.env["rc.golive.line"].search(
            [
                "|",
                ("reference", "in", references.mapped("reference")),
                ("match_id", "in", identity.partners.ids),
            ]
        )
        # the files they were read from name everybody: what was posted no longer needs them
        self.env["ir.attachment"].search(
            [("res_model", "=", "rc.golive.run"), ("res_id", "in", lines.run_id.ids)]
            + [("res_field", "!=", False)]
        ).unlink()
        for line in lines:
            self._rc_sql(
                """
                UPDATE rc_golive_issue SET text = NULL, values = NULL
                 WHERE run_id = %s AND kind = %s AND line_number = %s
                """,
                line.run_id.id,
                line.kind,
                line.number,
            )
        self._rc_sql(
            "UPDATE rc_golive_line SET data = NULL, note = NULL, error = NULL WHERE id IN %s",
            tuple(lines.ids) or (0,),
        )
        references.unlink()
