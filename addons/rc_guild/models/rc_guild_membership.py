from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.rc_commission.adapters.time import company_zone, local_day
from odoo.addons.rc_membership.kernel.periods import local_date

from ..kernel.rules import check_joining, cooling_ends_on

ROLES = [
    ("leader", "Leader"),
    ("officer", "Officer"),
    ("member", "Member"),
    ("mentor", "Mentor"),
]


class RcGuildMembership(models.Model):
    """One member's stay in a guild; a past stay is kept, payments of its days count for it."""

    _name = "rc.guild.membership"
    _description = "Guild Membership"
    _order = "left_at desc, role_sequence, joined_at, id"
    _check_company_auto = True
    _allow_sudo_commands = False

    guild_id = fields.Many2one("rc.guild", required=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one(related="guild_id.program_id", store=True, index=True)
    company_id = fields.Many2one(related="guild_id.company_id", store=True, index=True)
    role = fields.Selection(ROLES, required=True, default="member")
    role_sequence = fields.Integer(compute="_compute_role_sequence", store=True)
    joined_at = fields.Datetime(required=True, readonly=True)
    left_at = fields.Datetime(readonly=True, copy=False)
    leave_reason = fields.Char(readonly=True, copy=False)
    code_id = fields.Many2one(
        "rc.code", "Joined With", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    points = fields.Integer("Contributed Points", compute="_compute_points")

    _live_uniq = models.UniqueIndex(
        "(partner_id, program_id) WHERE left_at IS NULL",
        "This member belongs to a guild of the program already.",
    )
    _leader_uniq = models.UniqueIndex(
        "(guild_id) WHERE role = 'leader' AND left_at IS NULL", "A guild has one leader."
    )
    _stay_order = models.Constraint(
        "CHECK (left_at IS NULL OR left_at >= joined_at)", "A stay ends after it began."
    )

    @api.depends("role")
    def _compute_role_sequence(self):
        order = [role for role, _label in ROLES]
        for stay in self:
            stay.role_sequence = order.index(stay.role or "member")

    @api.depends("partner_id.name", "guild_id.name")
    def _compute_display_name(self):
        for stay in self:
            stay.display_name = f"{stay.partner_id.name} – {stay.guild_id.name}"

    def _compute_points(self):
        sums = dict(
            self.env["rc.guild.entry"]._read_group(
                [("membership_id", "in", self.ids)], ["membership_id"], ["points:sum"]
            )
        )
        for stay in self:
            stay.points = sums.get(stay, 0)

    def write(self, vals):
        facts = {"guild_id", "partner_id", "joined_at", "left_at", "leave_reason", "code_id"}
        fixed = facts & set(vals)
        if fixed and not self.env.su:
            raise UserError(
                self.env._("Who was in which guild, and when, is a fact. Use the buttons instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A stay in a guild is kept. Let the member leave instead."))

    # ------------------------------------------------------------------
    # Joining and leaving
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_live(self, partner, program):
        """Return the stay that lasts, empty if the member is in no guild of the program."""
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("program_id", "=", program.id),
                ("left_at", "=", False),
            ],
            limit=1,
        )

    @api.model
    @api.private
    def _get_free_on(self, partner, program):
        """Return the day from which the member may join a guild again, None if never left one."""
        past = self.search_fetch(
            [
                ("partner_id", "=", partner.id),
                ("program_id", "=", program.id),
                ("left_at", "!=", False),
            ],
            ["left_at"],
        )
        zone = company_zone(program.company_id)
        days = [local_date(stay.left_at, zone) for stay in past]
        return cooling_ends_on(days, program.rc_guild_cooling_days)

    @api.model
    @api.private
    def _get_cooling(self, partner, program):
        """Return the day the cooling time ends on, None when the member is free to join."""
        today = local_day(self.env.cr.now(), program.company_id)
        free_on = self._get_free_on(partner, program)
        return free_on if free_on and today < free_on else None

    @api.model
    @api.private
    def _check_joining(self, guild, partner, at, has_code):
        program = guild.program_id
        check_joining(
            is_open=guild.join_rule == "open",
            has_code=has_code,
            is_active=guild.state == "active" and guild.active,
            guild_id=self._get_live(partner, program).guild_id.id or None,
            free_on=self._get_free_on(partner, program),
            today=local_day(at, program.company_id),
        )

    @api.private
    def _leave(self, at, reason):
        """End a stay. The leader stays until somebody else leads."""
        self.ensure_one()
        if self.left_at:
            raise UserError(self.env._("This stay in the guild has ended already."))
        if self.role == "leader":
            raise UserError(
                self.env._(
                    "A guild is never without a leader. Ask a program manager to hand over the "
                    "leadership first; then you can leave."
                )
            )
        self.write({"left_at": at, "leave_reason": reason})
        self._update_contributions(at)

    def _update_contributions(self, at):
        """Payments count by the day: those of the day of joining do, of the day of leaving not."""
        entries = self.env["rc.guild.entry"].sudo()  # only the door writes, for whoever joins
        for stay in self:
            entries._post_contributions(stay.program_id, stay.partner_id, at)

    def action_remove(self):
        """Staff: end a stay."""
        self._check_manager()
        now = self.env.cr.now()
        for stay in self.sudo():  # the manager's right was checked; stays are facts of the system
            stay._leave(now, self.env._("Removed by %s", self.env.user.name))

    def action_make_leader(self):
        """Staff: hand the leadership to this member; the former leader stays as an officer."""
        self.ensure_one()
        self._check_manager()
        if self.left_at:
            raise UserError(self.env._("Only somebody who is in the guild can lead it."))
        leader = self.guild_id.membership_ids.filtered(
            lambda stay: stay.role == "leader" and not stay.left_at
        )
        if leader == self:
            return
        leader.role = "officer"
        leader.flush_recordset()  # the database knows one leader at a time
        self.role = "leader"
        # the code's owner is the sponsor of whoever signs up with it; codes belong to the system
        self.guild_id._get_code().sudo().partner_id = self.partner_id

    # ------------------------------------------------------------------
    # Words for the portal
    # ------------------------------------------------------------------

    def _get_points_text(self):
        self.ensure_one()
        return self.env._("%s points", self.points)

    def _get_points_reason(self):
        """Return why the sponsor of this member got points."""
        self.ensure_one()
        return self.env._("Payments of a member you brought to %s", self.guild_id.name)

    def _get_own_points_text(self):
        self.ensure_one()
        if not self.points:
            return self.env._("no points from you yet")
        return self.env._("%s points from you", self.points)

    def _get_leave_text(self):
        self.ensure_one()
        return self.env._(
            "Your points stay with the guild. Days until you can join another guild: %s.",
            self.program_id.rc_guild_cooling_days,
        )

    def _get_since_text(self):
        self.ensure_one()
        roles = dict(self._fields["role"]._description_selection(self.env))
        joined_on = local_day(self.joined_at, self.company_id)
        return self.env._(
            "%(role)s, since %(date)s",
            role=roles[self.role],
            date=format_date(self.env, joined_on),
        )

    # ------------------------------------------------------------------
    # Merge of contacts
    # ------------------------------------------------------------------

    @api.private
    def _merge_stays(self, sources, target):
        """Leave one live stay per program; past stays need nothing, their rows just move.

        The leader's stay wins, else that of the contact that remains.
        """
        now = self.env.cr.now()
        for stay in self.search([("partner_id", "in", sources.ids), ("left_at", "=", False)]):
            twin = self._get_live(target, stay.program_id)
            if twin and stay.role == "leader" and twin.role == "leader":
                raise UserError(
                    self.env._(
                        "Both contacts lead a guild (%(one)s, %(two)s). Hand one over first.",
                        one=stay.guild_id.name,
                        two=twin.guild_id.name,
                    )
                )
            ending = twin if stay.role == "leader" else stay if twin else self.browse()
            ending.write({"left_at": now, "leave_reason": self.env._("Contacts merged")})
            ending.flush_recordset()
            stay.partner_id = target

    def _check_manager(self):
        self.check_access("write")
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can do this."))
