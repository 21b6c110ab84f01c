"""What a rank brings: rights while one stands on it, and the ladder's community channel."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..adapters import local_day


class RcLadderRank(models.Model):
    _inherit = "rc.ladder.rank"

    entitlement_ids = fields.Many2many(
        "rc.entitlement",
        "rc_ladder_rank_entitlement_rel",
        string="Brings",
        domain="[('kind', '=', 'flag'), ('company_id', '=', company_id)]",
        help="Members on this rank or a higher one hold these rights as long as they stand there.",
    )

    @api.private
    def _get_held_rights(self):
        """Return what whoever stands on it holds: its rights, and those of the ranks below."""
        self.ensure_one()
        ranks = self.ladder_id.rank_ids.sorted()
        return ranks.filtered(
            lambda r: (r.sequence, r.id) <= (self.sequence, self.id)
        ).entitlement_ids

    def write(self, vals):
        done = super().write(vals)
        if "entitlement_ids" in vals:
            for ladder in self.ladder_id:
                today = local_day(fields.Datetime.now(), ladder.company_id)
                ladder._bring(today)
        return done


class RcLadder(models.Model):
    _inherit = "rc.ladder"

    channel_id = fields.Many2one(
        "discuss.channel",
        "Community Channel",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Everybody who reached a rank of the ladder is in it, and leaves it with the last.",
    )

    @api.private
    def _bring(self, on, partners=None):
        """Let rights and the channel follow where ``partners`` (default: everybody) stand now.

        READ standings and what was given → DECIDE what is missing and what is too much → WRITE.
        """
        for ladder in self.sudo():  # whose rank changed has no rights on what follows from it
            standings = ladder._read_standings(partners.ids if partners is not None else None)
            ladder._bring_rights(standings, on)
            ladder._bring_channel(standings)

    def _bring_rights(self, standings, on):
        kernel, ranks = self._get_kernel(), self.rank_ids.sorted()
        grants = self.env["rc.entitlement.grant"]
        known = grants.search(
            [
                ("partner_id", "in", list(standings)),
                ("origin_model", "=", self._name),
                ("origin_id", "=", self.id),
            ]
        ).grouped("partner_id")
        for partner in self.env["res.partner"].browse(standings):
            held = ranks[: kernel.index(standings[partner.id][0].rank) + 1]
            wanted = held.entitlement_ids
            given = known.get(partner, grants)
            live = given.filtered(lambda grant: not grant.ended_on)
            for grant in live.filtered(lambda g, wanted=wanted: g.entitlement_id not in wanted):
                grants._take_back(grant.key, on=on)
            for right in wanted - live.entitlement_id:
                grants._give(
                    partner,
                    right,
                    f"rc.ladder:{self.id}:{partner.id}:{right.id}:{len(given)}",
                    starts_on=on,
                    origin=self,
                    reason=f"{self.name}: {held[-1].name}",
                    program=self.program_id,
                )

    def _bring_channel(self, standings):
        channel = self.channel_id
        if not channel:
            return
        everybodys = self._get_kernel().everybodys
        partners = self.env["res.partner"].browse(standings)
        inside = partners.filtered(lambda p: standings[p.id][0].rank not in (None, everybodys))
        members = channel.channel_member_ids
        new = inside - members.partner_id
        if new:
            channel._add_members(partners=new, post_joined_message=False)
        # staff who look after the channel stay
        gone = (partners - inside).filtered(lambda p: all(user.share for user in p.user_ids))
        members.filtered(lambda m: m.partner_id in gone).unlink()

    def action_open_channel(self):
        """Open the community of the ladder; whoever presses it is in it from the start."""
        self.ensure_one()
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager opens the community of a ladder."))
        self.check_access("write")
        if not self.channel_id:
            # the manager's right was checked; a group channel has its members and nobody else
            channel = self.env["discuss.channel"].sudo()
            self.channel_id = channel.create(
                {"name": self.env._("Community: %s", self.name), "channel_type": "group"}
            )
            self._bring_channel(self._read_standings())
        if self.env.user.partner_id not in self.channel_id.sudo().channel_member_ids.partner_id:
            # as above
            self.channel_id.sudo()._add_members(users=self.env.user, post_joined_message=False)
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "params": {"active_id": self.channel_id.id},
        }


class RcMemberRank(models.Model):
    _inherit = "rc.member.rank"

    def _follow(self):
        super()._follow()
        for ladder in self.ladder_id:
            rows = self.filtered(lambda row, ladder=ladder: row.ladder_id == ladder)
            ladder._bring(max(rows.mapped("since")), rows.partner_id)
