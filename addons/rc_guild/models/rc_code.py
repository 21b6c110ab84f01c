from odoo import fields, models
from odoo.tools import SQL

from ..kernel.rules import GuildError


class RcCode(models.Model):
    _inherit = "rc.code"

    kind = fields.Selection(
        selection_add=[("guild", "Guild")],
        ondelete={"guild": lambda codes: codes._rc_retire_guild_codes()},
    )
    guild_id = fields.Many2one("rc.guild", ondelete="restrict", index="btree_not_null")

    _guild_has_guild = models.Constraint(
        "CHECK (kind <> 'guild' OR guild_id IS NOT NULL)", "A guild code leads to a guild."
    )

    def _rc_retire_guild_codes(self):
        """On uninstall: sign-ups refer to the codes, so they stay, refused as expired."""
        if self:
            self.env.execute_query(
                SQL(
                    "UPDATE rc_code SET kind = 'vanity', active = FALSE WHERE id IN %s RETURNING id",
                    tuple(self.ids),
                )
            )
            self.invalidate_recordset()

    def _is_secondary(self):
        """The leader sponsors whom nobody else brought."""
        return self.kind == "guild" or super()._is_secondary()

    def _on_bound(self, partner, at):
        """Signing up with a guild's code joins the guild; a refusal never stops a sign-up."""
        result = super()._on_bound(partner, at)
        if self.kind == "guild":
            try:
                self.guild_id._join(partner, at, code=self)
            except GuildError as refusal:
                # the code belongs to the system; a note is all that is left of the refused part
                self.sudo().message_post(
                    body=self.env._(
                        "%(member)s signed up with this code and could not join: %(reason)s",
                        member=partner.name,
                        reason=self.guild_id._get_refusal(refusal),
                    )
                )
        return result
