"""Guilds of a person who asks for a copy, or to be erased."""

from odoo import api, models

from odoo.addons.rc_membership.kernel.privacy import REFUSES, Area, Finding


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_get_erasure_findings(self, at):
        """Whoever leads a guild hands it over first; a founding that waits is taken back first."""
        findings = super()._rc_get_erasure_findings(at)
        stays = self.env["rc.guild.membership"].sudo()  # see super
        led = stays.search(
            [("partner_id", "=", self.id), ("role", "=", "leader"), ("left_at", "=", False)]
        )
        for stay in led:
            text = self.env._("%s is led by this person: hand it over first.", stay.guild_id.name)
            findings.append(Finding(f"guild:{stay.guild_id.id}", REFUSES, text))
        foundings = self.env["rc.guild.founding"].sudo()  # see super
        waiting = [("partner_id", "=", self.id), ("state", "in", ("waiting", "blocked"))]
        if foundings.search_count(waiting, limit=1):
            text = self.env._("A guild is being founded: cancel that first.")
            findings.append(Finding("founding", REFUSES, text))
        return findings

    @api.private
    def _rc_get_erasure_areas(self):
        stays = self.env["rc.guild.membership"].sudo()  # see super
        count = stays.search_count([("partner_id", "=", self.id)])
        return super()._rc_get_erasure_areas() + [
            Area(
                self.env._("Guild memberships"),
                "ended",
                count,
                self.env._("what was contributed stays the guild's"),
            )
        ]

    @api.private
    def _rc_export_sections(self):
        stays = self.env["rc.guild.membership"].search([("partner_id", "=", self.id)], order="id")
        return [
            *super()._rc_export_sections(),
            self._rc_export(
                "guilds",
                self.env._("Guilds"),
                stays,
                ["guild_id", "role", "joined_at", "left_at", "points"],
            ),
        ]

    @api.private
    def _rc_erase_traces(self, identity, at):
        stays = self.env["rc.guild.membership"].search(
            [("partner_id", "=", self.id), ("left_at", "=", False)]
        )
        for stay in stays:
            stay._leave(at, self.env._("Erased at their wish"))
        # names and purposes a person proposed for guilds that never were
        self.env["rc.guild.founding"].search(
            [("partner_id", "=", self.id), ("state", "=", "cancelled")]
        ).write({"name": identity.name, "purpose": identity.name, "description": False})
        return super()._rc_erase_traces(identity, at)
