from odoo import api, fields, models

from ..adapters import read_spells
from ..kernel.spells import spell_on


class ResPartner(models.Model):
    _inherit = "res.partner"

    # staff only: a portal user may read contacts of the own company over RPC
    rc_guild_membership_ids = fields.One2many(
        "rc.guild.membership", "partner_id", "Guilds", groups="base.group_user"
    )
    rc_guild_id = fields.Many2one(
        "rc.guild",
        "Guild",
        compute="_compute_rc_guild_id",
        search="_search_rc_guild_id",
        compute_sudo=True,
        groups="base.group_user",
        help="The guild in the platform's program.",
    )

    @api.depends_context("company")
    @api.depends("rc_guild_membership_ids.left_at", "rc_guild_membership_ids.guild_id")
    def _compute_rc_guild_id(self):
        program = self.env["rc.program"]._get_platform()
        live = {
            stay.partner_id.id: stay.guild_id
            for stay in self.env["rc.guild.membership"].search_fetch(
                [
                    ("partner_id", "in", self.ids),
                    ("program_id", "=", program.id),
                    ("left_at", "=", False),
                ],
                ["partner_id", "guild_id"],
            )
        }
        for partner in self:
            partner.rc_guild_id = live.get(partner._origin.id, False)

    def _search_rc_guild_id(self, operator, value):
        live = [("left_at", "=", False), ("guild_id", operator, value)]
        return [("rc_guild_membership_ids", "any", live)]

    @api.private
    def _rc_get_tier(self, program, on):
        """Return the member's tier in the program on a day: of a plan, a seat, a gift."""
        self.ensure_one()
        return self.env["rc.subscription"]._get_tiers(self, program, on)[self.id]

    @api.model
    @api.private
    def _rc_read_guilds(self, company, days):
        """Commission plans may pay the guild of a buyer, and its leader."""
        found = super()._rc_read_guilds(company, days)
        # the engine asks, and estimates of people who may not see guilds
        program = self.env["rc.program"].sudo()._get_platform(company)
        spells = read_spells(program, {partner_id for partner_id, _day in days})
        stays = {key: spell_on(spells.get(key[0], ()), key[1]) for key in days}
        guilds = program.env["rc.guild"].browse({s.guild_id for s in stays.values() if s})
        leaders = {guild.id: guild.leader_id.id or None for guild in guilds}
        return found | {
            key: (stay.guild_id, leaders[stay.guild_id]) for key, stay in stays.items() if stay
        }

    @api.model
    def _rc_before_merge(self, sources, target):
        """One person has one live stay: the guild of the contact that remains wins.

        Where only a source is in a guild, its stay moves. A leader stays a leader: if both lead,
        a person would lead two guilds, so the merge is refused until one is handed over.
        """
        super()._rc_before_merge(sources, target)
        stays = self.env["rc.guild.membership"].sudo()  # a merge is decided by its own rights
        stays._merge_stays(sources, target)
        self.env["rc.guild.founding"].sudo()._merge_foundings(sources, target)
