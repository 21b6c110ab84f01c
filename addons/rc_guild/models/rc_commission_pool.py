from odoo import api, fields, models

from odoo.addons.rc_commission.kernel.rules.beneficiaries.named import GUILD_POOL


class RcCommissionPool(models.Model):
    """What plans set aside for a guild is a pool named after it, and part of its growth fund."""

    _inherit = "rc.commission.pool"

    guild_id = fields.Many2one("rc.guild", compute="_compute_guild_id", compute_sudo=True)

    @api.depends("name")
    def _compute_guild_id(self):
        guilds = self.env["rc.guild"]
        for pool in self:
            word, _colon, number = (pool.name or "").partition(":")
            is_guild = f"{word}:" == GUILD_POOL and number.isdigit()
            pool.guild_id = guilds.browse(int(number)).exists() if is_guild else guilds

    @api.depends("guild_id")
    def _compute_display_name(self):
        super()._compute_display_name()
        for pool in self.filtered("guild_id"):
            pool.display_name = pool.guild_id.sudo().name  # the name of a payee is no secret

    @api.model
    @api.private
    def _get_of_guilds(self, guilds):
        """Return the pools that plans set aside for these guilds."""
        return self.search([("name", "in", [f"{GUILD_POOL}{guild.id}" for guild in guilds])])
