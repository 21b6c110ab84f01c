"""Leaderboards between guilds: what members did counts for the guild they were in at that time."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.rc_referral.adapters_rewards import BOARD_SOURCES


class RcLeaderboard(models.Model):
    _inherit = "rc.leaderboard"

    subject = fields.Selection(
        selection_add=[("guilds", "Guilds")],
        ondelete={"guilds": "cascade"},
        help="People: everybody but partners. A sales team has what its people have together, a "
        "guild what its members did while they were in it.",
    )

    def _read(self, since, until):
        """READ what was done in active guilds, each thing for the guild of its hour."""
        if self.subject != "guilds":
            return super()._read(since, until)
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT stay.guild_id, SUM(source.value)::bigint,
                       MAX(source.at) FILTER (WHERE source.value > 0)
                  FROM (%s) source
                  JOIN rc_guild_membership stay
                    ON stay.partner_id = source.person AND stay.program_id = %s
                   AND stay.joined_at <= source.at
                   AND (stay.left_at IS NULL OR stay.left_at > source.at)
                  JOIN rc_guild guild ON guild.id = stay.guild_id AND guild.state = 'active'
                 WHERE source.company_id = %s AND source.at >= %s AND source.at < %s
                 GROUP BY stay.guild_id HAVING SUM(source.value) > 0
                """,
                BOARD_SOURCES[self.metric],
                self.program_id.id,
                self.company_id.id,
                since,
                until,
            )
        )

    def _gather(self, figures):
        return figures if self.subject == "guilds" else super()._gather(figures)

    def _get_own(self, partner):
        """A member stands on a board of guilds as their guild."""
        if self.subject != "guilds":
            return super()._get_own(partner)
        return self.env["rc.guild.membership"]._get_live(partner, self.program_id).guild_id.id

    def _get_name(self, person, is_own):
        if self.subject != "guilds":
            return super()._get_name(person, is_own)
        return self.env["rc.guild"].browse(person).name

    def _get_place_columns(self, place):
        guild = place.person if self.subject == "guilds" else None
        return {**super()._get_place_columns(place), "guild_id": guild}

    def _give_prize(self, prize, place, span, at, now):
        """A guild's prize are points on its account, once."""
        if self.subject != "guilds":
            return super()._give_prize(prize, place, span, at, now)
        entries = self.env["rc.guild.entry"]
        return entries._post(
            [
                entries._prepare_posting(
                    self.env["rc.guild"].browse(place.person),
                    f"rc.leaderboard:{self.id}|{prize.id}|{span.start}|{place.number}",
                    "prize",
                    at,
                    Decimal(prize.points),
                    self.env._("%(board)s: place %(number)s", board=self.name, number=place.number),
                    origin=(self._name, self.id),
                )
            ]
        )


class RcLeaderboardPrize(models.Model):
    _inherit = "rc.leaderboard.prize"

    @api.constrains("kind", "board_id")
    def _check_guild_prize(self):
        for prize in self:
            if prize.board_id.subject == "guilds" and prize.kind != "points":
                raise ValidationError(self.env._("A guild's prize is points for its account."))


class RcLeaderboardPlace(models.Model):
    _inherit = "rc.leaderboard.place"

    guild_id = fields.Many2one("rc.guild", readonly=True, ondelete="restrict")
